//go:build linux

package pjrtshim

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const intel = `processor	: 0
vendor_id	: GenuineIntel
cpu family	: 6
model		: 106
model name	: Some Processor
stepping	: 6
microcode	: 0x1
cpu MHz		: 2100.000
flags		: fpu avx2 avx512f
bogomips	: 4200.00

processor	: 1
flags		: fpu
`

func written(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadProcessor(t *testing.T) {
	got, err := readProcessor(written(t, "cpuinfo", intel))
	want := `vendor_id="GenuineIntel" cpu family="6" model="106" model name="Some Processor" stepping="6" flags="fpu avx2 avx512f"`
	if err != nil || got != want {
		t.Errorf("%q, %v\nwant %q", got, err, want)
	}
	arm, err := readProcessor(written(t, "cpuinfo", "processor\t: 0\nBogoMIPS\t: 50\nFeatures\t: fp asimd sve\nCPU part\t: 0xd40\n"))
	if want := `Features="fp asimd sve" CPU part="0xd40"`; err != nil || arm != want {
		t.Errorf("%q, %v\nwant %q", arm, err, want)
	}
	if _, err := readProcessor(written(t, "cpuinfo", "processor : 0\nmodel name : Unknown\n")); err == nil {
		t.Error("a processor of which nothing is known has a description")
	}
	if _, err := readProcessor("/proc/cpuinfo"); err != nil {
		t.Error(err)
	}
}

func TestEnvironment(t *testing.T) {
	file := written(t, "flags", "--xla_a=1")
	base := []string{"HOME=/home", "XLA_FLAGS=" + file, "TF_XLA_FLAGS=-x", "ONEDNN_VERBOSE=0"}
	got, err := environment(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"--xla_a=1", "TF_XLA_FLAGS=-x", "ONEDNN_VERBOSE=0"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q does not hold %q", got, part)
		}
	}
	if strings.Contains(got, "HOME") {
		t.Errorf("%q holds what XLA does not read", got)
	}
	if _, err := environment([]string{"XLA_FLAGS=/no/such/file"}); err == nil {
		t.Error("flags that cannot be read are no error")
	}
}

// TestKey changes one thing after another on which a program depends: each has to give
// another key.
func TestKey(t *testing.T) {
	path := written(t, "plugin.so", "code")
	m, err := thisMachine(path, "104")
	if err != nil {
		t.Fatal(err)
	}
	key := func(m machine, platform string, devices []string, program, options string) string {
		t.Helper()
		k, err := m.key(platform, devices, []byte(program), []byte(options))
		if err != nil {
			t.Fatal(err)
		}
		return string(k)
	}
	first := key(m, "cpu", []string{"d"}, "p", "o")
	if again := key(m, "cpu", []string{"d"}, "p", "o"); again != first {
		t.Fatalf("two keys of one program:\n%s\n%s", first, again)
	}
	keys := map[string]string{first: "the first"}
	other := func(what string, change func(*machine)) {
		t.Helper()
		changed := m
		change(&changed)
		k := key(changed, "cpu", []string{"d"}, "p", "o")
		if same, found := keys[k]; found {
			t.Errorf("%s has the key of %s", what, same)
		}
		keys[k] = what
	}
	other("another plugin", func(m *machine) { m.plugin += "x" })
	other("another version", func(m *machine) { m.version = "105" })
	other("a processor that lacks a feature", func(m *machine) { m.processor = m.processor[:len(m.processor)-2] + `"` })
	other("another number of cores", func(m *machine) { m.cores++ })
	other("other flags", func(m *machine) { m.flags += "x" })
	for what, k := range map[string]string{
		"another platform": key(m, "cuda", []string{"d"}, "p", "o"),
		"another device":   key(m, "cpu", []string{"e"}, "p", "o"),
		"more devices":     key(m, "cpu", []string{"d", "d"}, "p", "o"),
		"another program":  key(m, "cpu", []string{"d"}, "q", "o"),
		"other options":    key(m, "cpu", []string{"d"}, "p", "q"),
	} {
		if same, found := keys[k]; found {
			t.Errorf("%s has the key of %s", what, same)
		}
		keys[k] = what
	}

	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if newer, err := thisMachine(path, "104"); err != nil || newer.plugin == m.plugin {
		t.Errorf("a plugin that was installed anew is %q, %v", newer.plugin, err)
	}
	if _, err := thisMachine(path+"x", "104"); err == nil {
		t.Error("a plugin that is not there is known")
	}
}

// TestKeyHoldsTheCallersCores checks that a program which is compiled while the thread may
// use one core alone is another: XLA divides work among the cores that it finds.
func TestKeyHoldsTheCallersCores(t *testing.T) {
	m, err := thisMachine(written(t, "plugin.so", "code"), "104")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for cores := 1; cores <= min(2, m.cores); cores++ {
		done := make(chan error)
		go func() {
			runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
			var some unix.CPUSet
			err := unix.SchedGetaffinity(0, &some)
			for cpu := 0; some.Count() > cores; cpu++ {
				some.Clear(cpu)
			}
			if err == nil {
				err = unix.SchedSetaffinity(0, &some)
			}
			if err == nil {
				var key []byte
				key, err = m.key("cpu", nil, nil, nil)
				keys[string(key)] = true
			}
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if len(keys) != min(2, m.cores) {
		t.Errorf("%d keys for %d numbers of cores", len(keys), min(2, m.cores))
	}
}
