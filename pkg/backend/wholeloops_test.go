package backend

import (
	"fmt"
	"os"
	"testing"
)

func TestAskForWholeLoops(t *testing.T) {
	ours := fmt.Sprintf("--xla_backend_extra_options=%s=%d", wholeLoopsOption, wholeLoopBytes)
	theirs := "--xla_backend_extra_options=" + wholeLoopsOption + "=0"
	for before, after := range map[string]string{
		"":                      ours,
		"--xla_dump_to=/folder": ours + " --xla_dump_to=/folder", // XLA takes the last of two.
		theirs:                  theirs,
		"/file/of/flags":        "/file/of/flags",
		ours:                    ours,
	} {
		t.Setenv(xlaFlagsEnv, before)
		if err := askForWholeLoops(); err != nil {
			t.Fatal(err)
		}
		if got := os.Getenv(xlaFlagsEnv); got != after {
			t.Errorf("flags %q became %q, want %q", before, got, after)
		}
	}
}

func TestWholeLoops(t *testing.T) {
	engine, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if got, want := WholeLoops(engine.Backend), engine.Name == xlaName && engine.Platform == "cpu"; got != want {
		t.Errorf("%s: whole loops %t, want %t", engine.Describe(), got, want)
	}
}
