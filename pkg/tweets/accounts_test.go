package tweets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadAccounts(t *testing.T) {
	const header = "target_id;Cargo;Nombre;screen_name;Partido;Coalicion\n"
	got, err := ReadAccounts(write(t, []byte("\ufeffscreen_name,Coalicion,Partido\r\n@ana, Pacto ,Faro\r\n")))
	if want := []Account{{ScreenName: "ana", Coalicion: "Pacto", Partido: "Faro"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	// A corpus may have no coalitions, and two columns of a name that is not read.
	got, err = ReadAccounts(write(t, []byte("screen_name;nota;Partido;nota\nana;1;Faro;2\n")))
	if want := []Account{{ScreenName: "ana", Partido: "Faro"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("without coalitions: %+v, %v", got, err)
	}
	for data, want := range map[string]string{
		"":                                   ":1: the file is empty",
		"a;b\n":                              ":1: the header has no column screen_name",
		"screen_name;Partido\rana;P\r":       ":1: its lines end in CR alone",
		"screen_name;Partido;Partido\na;P;Q": ":1: two columns are called Partido",
		header + "1;2;3;ana;P\n":             ":2: 5 fields, the header has 6",
		header + "1;2;3;;P;C\n":              ":2: no screen_name",
		header + "1;a\xf1;3;ana;P;C\n":       ":2: not UTF-8",
		header + ";;;ana;P;C\n;;;Ana;P;C\n":  ":3: screen_name \"Ana\" is already on line 2",
		header + ";\"x\"y;;ana;P;C\n":        ":2:5: 'y' after a closing quote",
	} {
		if _, err := ReadAccounts(write(t, []byte(data))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", data, want, err)
		}
	}
}

// write puts a file into a new folder and returns its path.
func write(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
