package vectors_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/vectors"
)

func TestQuickRoundTrip(t *testing.T) {
	var b vectors.Builder
	for i, word := range []string{"de", "", "ñandú"} {
		if err := b.Add(word, int64(9-i), []float32{float32(i), -0.5, 1e-30}); err != nil {
			t.Fatal(err)
		}
	}
	model, err := b.Model()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := model.Write(&file); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	again, err := vectors.Read(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, model) {
		t.Errorf("read %+v, wrote %+v", again, model)
	}
	for n := range whole {
		if _, err := vectors.Read(bytes.NewReader(whole[:n])); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for a model", n, len(whole))
		}
	}
}
