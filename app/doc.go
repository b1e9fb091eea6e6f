// Package app is the engine of StreamTray: it keeps a list of promises, in order, for as long as they are wanted.
//
// # One idea
//
// A step is a promise with a cheap way to look. Check looks once; Do makes it true; Undo takes it back. Only the
// engine is patient: everything below it looks once and returns. From one list of steps fall out "up" (keep all),
// "down" (undo in reverse), "status" (only look), the watch while it runs (look again), the rows of every window
// and the tests. The list itself is package story; there is no second place that knows the order.
//
// # What happens and what is true
//
// An Event is one thing that happened; State is what is true now. State.Apply is the only writer of a State, and
// State.Phase is derived, never stored. The Hub takes events in (Emit, never blocking) and gives out states (Watch:
// now, then the latest; a slow reader skips and stalls nobody) and events (Journal: every one, in order). Every
// surface watches the same Hub: tray, window, terminal, JSON, log file.
//
// # Who may call what
//
// Agent.Run's goroutine owns the story. Start, Stop, StopEverything, Toggle and Restart only change what is desired
// and may be called from anywhere at any moment, a main thread that must not wait included. A change cancels what is
// under way; what was begun is undone first where the new state needs that, nothing else is.
//
//   - While a step is awaited, what it stands on is looked at now and then; when that broke, it is kept again first, at
//     most five times (a broker whose container crashes while it starts).
//   - A story that is lost is kept again, with growing pauses. Lost again within a minute it is told as what comes and
//     goes, and as back only once it stays; the fifth time it is told as failed.
//   - A story that failed is looked at for as long as it is wanted, and kept again when a step that did not hold does,
//     when nothing stands in the way any more of what failed (Step.Blocked), and else every now and then.
//   - Stop takes back what from the switch on was begun (the app, the flag) and leaves containers running;
//     StopEverything takes back all, because it was asked to in so many words.
//
// # Several programs
//
// Where a project lists several programs, the first has the steps that a single one has, and each further one has them with its
// name behind a colon ("app:worker"), in the order in which they are started; a Row's Program says whose it is. One switch is
// for all. Agent.RestartStep takes back and keeps one of them alone.
//
// # What is said and what is seen
//
// With streaming on, a story whose steps hold is Connected or Streaming only while a row that proves it holds: package
// evidence sees the connection of the app's own processes, the records that came since it started, whose page answers.
// What the app only says of itself is told as said, and leaves the story Starting. What is seen and speaks against a
// claim (Contradicts) makes it Degraded; nothing is done about that, and it heals as it came.
//
// # What a step is told
//
// The engine learns of finality by interface{ Final() bool } anywhere in an error's tree: looking again is
// pointless. It knows no sentences: a Note and an error of ours name a text, which package i18n says in the
// reader's language. So docker and kafka need not know that this package exists.
//
// # What stands behind a failure
//
// A step may be able to Explain an error: package explain puts together what the errors are by kind, what the engine says
// of the containers, what the logs hold and what can be tried out, and diagnose makes one Diagnosis of it, which goes with
// the step's event. It is asked only where things do not go their way: when a step fails, stalls, or is begun although
// it was begun before. A Diagnosis is a code and values; a surface says it in its reader's language.
//
// # What may be done
//
// Opening a project only looks. What it would do is a plan.Plan, the person trusts that plan by its hash, and every Do of
// the story, and whatever else changes something, passes project's gate first: the files are read again, and where the
// plan is another one now nothing is done. Before trust no program is run, no credential read, nothing but loopback and
// the engine's own socket connected to, and no file read but those that internal/projectfile lets through.
//
// # The house
//
//	main.go        arguments to mode; gui.go joins the desktop to it, gui_headless.go leaves it out (build tag headless, or no C compiler)
//	app/           the engine; the standard library only
//	  story/       the list of steps, and the small interfaces it needs
//	  project/     one project, opened: configuration, docker, kafka and detector put together for the story; the gate
//	               before every deed; what a compose file means; topics, records and logs for whoever shows them
//	  plan/        everything that a project would do with this computer, as one value: shown, agreed to, executed
//	  doctor/      checks with fixes: everything that a project stands on, looked at once, nothing changed
//	  view/        State to rows, headline, menu, the window's frame and overview as values, pure, in both languages
//	  ui/          Fyne widgets that show a view; cgo-free; the only fyne.Do
//	    uitest/    for tests and pictures: a scripted project, a main goroutine
//	  desktop/     this process on a desktop: what opens, controls, shows, asks, tells and ends, a type each; the only import
//	               of fyne.io/fyne/v2/app
//	    instance/  the one desktop of its user: becomes it, or hands over to it
//	    opengl/    can windows be drawn here? a child tries
//	    trustcard/ what a project would run, beside what the person agreed to
//	    session/   one project, kept here or watched while another process keeps it: its logs, and what is measured of it
//	    tray/      a view.Menu as the icon in the tray, its tooltip and its menu
//	    platform/  notifications, the end of a session, waking up, folders: Windows by an invisible window's messages, else D-Bus
//	    fyneenv/   what Fyne reads before main
//	    shoptest/  for tests: a project, its engine and the person who opens it
//	  cli/         commands, printers, exit codes
//	  agentrpc/    the channel between processes of one user: who keeps this project already? its agent, seen and steered
//	               from another process; events as JSON, for that and for --json
//	  autostart/   the program started at a log-in
//	  filechooser/ asks for a folder or a file by the desktop's own dialog
//	  win32/       the little of Windows' windows that Go lacks; empty elsewhere
//	  selftest/    what only the user's own computer can prove, as results of doctor
//	  detector/    runs the detection app and all its children; reads its log
//	  evidence/    what the app is seen to do: its connections, its page, failures in its log
//	  ports/       who holds a port of this computer, and whose its connections are
//	  sample/      the sample detection project, its Go twin and its camera
//	  config/      streamtray.yaml
//	  settings/    what belongs to the person: language, trust, folders
//	  envfile/     one key in one .env file
//	  explain/     what stands behind a step's error: its kind, the containers, the logs and the broker, as one Diagnosis
//	  diagnose/    error text to cause and advice; rules are data
//	  bundle/      what a colleague needs to see, in one zip file, without secrets
//	  pycheck/     the detection app's code, read by its own interpreter; what is wrong, and the edit that mends it
//	  facts/       what a project's files show of it, each thing with its evidence; runs nothing
//	  pyast/       Python source as a syntax tree, without any Python
//	  redact/      secrets out of text
//	  i18n/        a named text in the reader's language
//	  spies/       for tests: a project that tries everything, and spies who note that something was touched for it
//	  testenv/     for tests: what a machine lacks is skipped on a person's, and a failure in CI
//	docker/        a compose project on an engine; usable alone
//	  compose/     what a compose file means for a program on this host
//	kafka/         is it there, are the topics there, is data flowing; embedded broker; usable alone
//	internal/usererr/  an error that names its text
//	internal/termtext/  text of others, fit for a terminal and a window
//	internal/procgroup/ a program with everything that it starts: all of them end together
//	internal/filelock/  a file that one holder at a time has
//	internal/pause/     lets a time pass, or a context end
//	internal/atomicfile/  a file put in its place whole or not at all
//	internal/cmdline/  a flag's value in a command line that others wrote; a path as it is typed into one
//	internal/pymanager/  what manages a project's Python environment, and makes one
//	internal/shelllink/  an application's id in a Windows shortcut
//	internal/lazyregexp/  regular expressions, compiled when first used
//	internal/golden/    for tests: what is shown, beside the file of it that a person has reviewed
//	internal/limitbuf/  the beginning of what a program writes
//	internal/loopback/  whether a host is this computer by its very name
//	internal/nearest/  the known name that a mistyped one was meant to be
//	internal/projectfile/  reads a file that a project names, within bounds
//	assets/        texts, icons, the sample project
//	build/         go run ./build demo|test|package|...; build/rig is the real Docker and Kafka, build/desk a display that
//	               nobody sees, build/wine Windows' programs under Wine, build/pack with build/windows what Windows users
//	               download, build/soak what it holds after a long time, build/zig the C compiler for Windows,
//	               build/bench (a module of its own) the measurements against peers
//
// # What to open first
//
//	another language             app/i18n/i18n.go: Languages says which file of assets/text makes one
//	how an engine is started     docker/desktop_windows.go and docker/desktop_other.go: Docker Desktop, Podman's machine, a service
//	what a line of a log means   app/diagnose/rules/client.yaml (librdkafka and its like), and the other files there
//	another kind of server       app/facts/servers.go: how it is told what to run, its port, its health page; coded.go: frameworks
//	what is lost, and its pauses app/up.go on the way up, app/agent.go (keep) once all holds
//	what runs before the app     app/project/stack.go: servicesToStart, out of docker/compose
//	a setting, from a terminal   app/settings/keys.go: what can be set; app/cli/settings.go, the command
//	the tray's tooltip           app/view/menu.go; a consumer's lag comes from kafka/groups.go
//
// The directions of import are held by a test in this package:
//
//	main -> cli, desktop -> project, ui, view -> story -> app -> nothing of ours
//	docker -> docker client, compose-go      kafka -> sarama, kfake      neither -> app or below
//
// The first design had main put the parts together. Opening a project is more than wiring (which mode, which
// address, which interpreter), the terminal and the desktop both need it, and so it became package project.
package app
