package plan

import "slices"

// Consent is what a person says to a plan before anything of it is done: yes to all of it, which its hash stands for, and to
// each thing that compose would fetch from another computer by that thing's own name, since what is fetched is in no hash.
// It is a value: a window may keep one, have the person tick and untick, and hand the last one over.
type Consent struct {
	Hash   string // of the plan that was shown
	Things []Thing
}

// Thing is something that compose would fetch from another computer.
type Thing struct {
	Name   string // as compose is told it: an address with its fragment
	Before bool   // the person agreed to it earlier
	Agreed bool   // the person agrees to it now
}

// Consent begins with what the person agreed to earlier, by name; names that the plan does not have are left out.
func (p Plan) Consent(earlier []string) Consent {
	c := Consent{Hash: p.Hash()}
	if p.Stack == nil {
		return c
	}
	for _, name := range p.Stack.Remote {
		known := slices.Contains(earlier, name)
		c.Things = append(c.Things, Thing{Name: name, Before: known, Agreed: known})
	}
	return c
}

// With is the consent after the person said yes or no to the thing of a name; one that is not there changes nothing.
func (c Consent) With(name string, yes bool) Consent {
	c.Things = slices.Clone(c.Things)
	for i := range c.Things {
		if c.Things[i].Name == name {
			c.Things[i].Agreed = yes
		}
	}
	return c
}

// Missing are the names of what nobody agreed to: while there are any, nothing of the containers is done.
func (c Consent) Missing() []string { return c.named(false) }

// Names are the names of what is agreed to.
func (c Consent) Names() []string { return c.named(true) }

func (c Consent) named(agreed bool) (names []string) {
	for _, t := range c.Things {
		if t.Agreed == agreed {
			names = append(names, t.Name)
		}
	}
	return names
}
