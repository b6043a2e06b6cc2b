package playground

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

// ReadModels reads the models out of a page, by their names.
func ReadModels(page []byte) (map[string]*model.Model, error) {
	models, err := readModels(page)
	if err != nil {
		return nil, fmt.Errorf("reading a playground: %w", err)
	}
	return models, nil
}

func readModels(page []byte) (map[string]*model.Model, error) {
	text, err := block(page, "data")
	if err != nil {
		return nil, err
	}
	var d data
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	tokenizer, err := unpack(page, "tokenizer")
	if err != nil {
		return nil, err
	}
	models := map[string]*model.Model{}
	for _, m := range d.Models {
		weights, err := unpack(page, "weights-"+m.Name)
		if err != nil {
			return nil, err
		}
		models[m.Name], err = model.Read(m.Config, bytes.NewReader(weights), int64(len(weights)), bytes.NewReader(tokenizer), d.Before)
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", m.Name, err)
		}
	}
	return models, nil
}

// block returns what stands in the script of that id.
func block(page []byte, id string) ([]byte, error) {
	_, after, found := bytes.Cut(page, fmt.Appendf(nil, " id=%q>", id))
	text, _, ended := bytes.Cut(after, []byte("</script>"))
	if !found || !ended {
		return nil, fmt.Errorf("the page has no %s", id)
	}
	return text, nil
}

// unpack returns what a block holds as base64 of gzip.
func unpack(page []byte, id string) ([]byte, error) {
	text, err := block(page, id)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	contents, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return contents, nil
}
