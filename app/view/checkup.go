package view

// Checkup is what a look at everything found, as a value: a row a check, in an order that is always the same.
type Checkup struct {
	Headline string
	Sum      string // in numbers; empty until all is looked at
	Mark     Mark   // Busy, Good, Warn or Bad
	Steps    []Step
}

// Guide is a project's first start: whether all is there that it needs, the start, the first record.
type Guide struct {
	Title, Dir string
	About      string  // what goes on and what comes next
	Stages     []Stage // in their order
	Steps      []Step  // of the present stage
	Acts       []Item  // what one can do now, the most sensible first
}

// Stage is a part of the first start.
type Stage struct {
	Name string
	Mark Mark
}

// Setup is what would make the environment of a project's programs, or put packages into it, for the person to agree to.
type Setup struct {
	Head     string
	Title    string // the project's
	Dir      string // where the commands are run
	Commands []string
	About    string
	Said     string // what they printed so far, line by line
	Fault    string // why it was not made; empty: nothing went wrong
	Acts     []Item
}
