// Package platform is the desktop that the program runs on, as its system offers it: notifications, the end of a log-in
// session and the waking of a computer, the file manager, the person's folders. On Windows that is an invisible window's
// messages and the shell, elsewhere D-Bus.
package platform

// AppID is the program's name towards the system: of its windows, its icon and its notifications, which a shortcut with
// the same one gives a name and a picture.
const AppID = "app.streamtray"

// Heard is what the system tells a program of a person's session, and what is done then. The functions are called from
// any goroutine or thread.
type Heard struct {
	Clicked func() // a notification of ours
	Woke    func() // the computer slept and is awake again
	Ending  func() // the session ends; it returns once what must not outlive it has ended
	Reason  string // why the session has to wait for that, for the person to read
}
