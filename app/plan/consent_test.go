package plan

import (
	"slices"
	"testing"
)

// What is fetched from elsewhere may be other code each time, so a yes to the plan is no yes to that.
func TestAPersonAgreesByNameToWhatIsFetchedFromElsewhere(t *testing.T) {
	const first, second = "https://git.example/base.git#v1", "oci://registry.example/parts:1"
	p := Plan{Stack: &Stack{Remote: []string{first, second}}}
	asked := p.Consent([]string{second, "https://git.example/other.git"})
	if got := asked.Missing(); !slices.Equal(got, []string{first}) {
		t.Errorf("at first %q are missing", got)
	}
	if got := asked.Names(); !slices.Equal(got, []string{second}) {
		t.Errorf("at first agreed to %q", got)
	}
	if asked.Hash != p.Hash() {
		t.Error("it is of another plan")
	}
	all := asked.With(first, true).With("https://git.example/other.git", true)
	if len(all.Missing()) > 0 || !slices.Equal(all.Names(), []string{first, second}) {
		t.Errorf("after a yes: %+v", all)
	}
	if none := all.With(first, false).With(second, false); len(none.Names()) > 0 || !none.Things[1].Before {
		t.Errorf("after a no: %+v", none)
	}
	if len(asked.Names()) != 1 {
		t.Error("a consent was changed by one that came of it")
	}
	if c := (Plan{}).Consent([]string{first}); len(c.Things) > 0 || len(c.Missing()) > 0 {
		t.Errorf("without containers: %+v", c)
	}
}
