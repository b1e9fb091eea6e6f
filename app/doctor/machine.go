package doctor

// machine is what of this computer a test has to be able to choose.
type machine struct{}

func thisMachine() machine { return machine{} }
