package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/BurntSushi/toml"
)

// Bounds on study.toml. The decoder's memory grows with the square of the depth.
const (
	maxSettingsSize  = 1 << 20
	maxSettingsDepth = 32 // of brackets in one another, and of parts of a key
)

// readBounded reads a TOML file that is neither too large nor too deep to be decoded.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if IsMissing(err) {
		return nil, fmt.Errorf("no existe %s: la carpeta de un corpus lleva accounts.csv, la carpeta tweets y study.toml: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("leer %s: %w", path, err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxSettingsSize+1))
	if err != nil {
		return nil, fmt.Errorf("leer %s: %w", path, err)
	}
	if len(data) > maxSettingsSize {
		return nil, fmt.Errorf("%s pasa de 1 MiB: no parece un study.toml", path)
	}
	if line := tooDeep(data); line > 0 {
		return nil, fmt.Errorf("%s:%d: más de %d niveles de corchetes, llaves o puntos: study.toml no necesita tantos", path, line, maxSettingsDepth)
	}
	return data, nil
}

// tomlText are strings and comments, in which brackets and dots say nothing.
var tomlText = regexp.MustCompile(`(?s)#[^\n]*|"""(?:\\.|[^\\])*?""""{0,2}|'''.*?''''{0,2}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'`)

// tooDeep is the line on which brackets, or the parts of a key, are more than
// maxSettingsDepth deep; 0 if none is.
func tooDeep(data []byte) int {
	data = tomlText.ReplaceAllFunc(data, func(text []byte) []byte {
		return bytes.Repeat([]byte{'\n'}, bytes.Count(text, []byte{'\n'}))
	})
	line, brackets, dots := 1, 0, 0
	for _, c := range data {
		switch c {
		case '\n':
			line++
			dots = 0
		case '[', '{':
			brackets++
			dots = 0
		case ']', '}':
			brackets--
		case '=', ',':
			dots = 0
		case '.':
			dots++
		}
		if brackets > maxSettingsDepth || dots >= maxSettingsDepth {
			return line
		}
	}
	return 0
}

// tomlLine finds the line in the decoder's errors on the type of a value, which have it in
// words alone.
var tomlLine = regexp.MustCompile(`^toml: line (\d+)`)

// explainedTOML puts the decoder's error into Spanish, with line and mend. Its own words
// follow.
func explainedTOML(path string, err error) error {
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%s:%d: no se entiende como TOML; en esa línea revise comillas, comas y corchetes, y que la clave no esté ya antes: %w", path, syntax.Position.Line, err)
	}
	if line := tomlLine.FindStringSubmatch(err.Error()); line != nil {
		path += ":" + line[1]
	}
	return fmt.Errorf("%s: el valor no es de la clase que pide la clave; los textos van entre comillas, los números y true o false sin ellas, y las listas entre corchetes: %w", path, err)
}
