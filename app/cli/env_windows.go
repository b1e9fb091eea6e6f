package cli

// defaultShell is the form that env prints unless told otherwise.
const defaultShell = "powershell"
