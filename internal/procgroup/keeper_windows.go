package procgroup

func keep([]string) int { return 2 }
