package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
)

// optionWords finds the options in a command's line of help, which names every one.
var optionWords = lazyregexp.New(`--?[a-z][a-z-]*`)

// commonOptions are what every command takes; projectOptions what those about a project take too.
var (
	commonOptions  = []string{"--json", "--lang"}
	projectOptions = []string{"--project", "--trust", "--trust-remote"}
)

// runCompletion prints the script that completes commands and options in a shell.
func runCompletion(_ context.Context, c *call) error {
	rest, err := c.parse(1)
	if err != nil {
		return err
	}
	switch strings.Join(rest, " ") {
	case "bash":
		fmt.Fprint(c.Out, bashCompletion())
	case "powershell":
		fmt.Fprint(c.Out, powershellCompletion())
	default:
		return c.usageError()
	}
	return nil
}

// shown are the commands that help lists.
func shown() []command {
	return slices.DeleteFunc(commands(), func(cmd command) bool { return cmd.hidden })
}

func names(all []command) []string {
	var names []string
	for _, cmd := range all {
		names = append(names, cmd.name)
	}
	return names
}

// options are the words that may follow a command.
func (cmd command) options() []string {
	all := slices.Concat(optionWords.FindAllString(cmd.args, -1), commonOptions)
	if cmd.project {
		all = append(all, projectOptions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func bashCompletion() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion for streamtray: source <(streamtray completion bash)
_streamtray() {
  local word=${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=%q
  else
    case ${COMP_WORDS[1]} in
`, strings.Join(names(shown()), " "))
	for _, cmd := range shown() {
		fmt.Fprintf(&b, "      %s) words=%q ;;\n", cmd.name, strings.Join(cmd.options(), " "))
	}
	b.WriteString(`    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _streamtray streamtray
`)
	return b.String()
}

func powershellCompletion() string {
	quoted := func(words []string) string { return "'" + strings.Join(words, "','") + "'" }
	var b strings.Builder
	b.WriteString(`# PowerShell completion for streamtray: streamtray completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName streamtray -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $options = @{
`)
	for _, cmd := range shown() {
		fmt.Fprintf(&b, "        '%s' = %s\n", cmd.name, quoted(cmd.options()))
	}
	fmt.Fprintf(&b, `    }
    $given = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $first = $given.Count -le 1 -or ($given.Count -eq 2 -and $wordToComplete)
    $words = if ($first) { %s } else { $options[$given[1]] }
    $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`, quoted(names(shown())))
	return b.String()
}
