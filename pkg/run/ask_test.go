package run

import (
	"encoding/json"
	"reflect"
	"testing"
)

// Whatever a cell sets of a run, its worker is told: no field is kept from the request, and
// none comes out otherwise, be it empty or not there at all.
func TestAWorkerIsToldEverything(t *testing.T) {
	r := &Run{}
	for name, set := range map[string]func(reflect.Value){"filled": fill, "empty": empty} {
		for _, part := range []any{&r.Settings, &r.Recipe, &r.Own, &r.Generation} {
			set(reflect.ValueOf(part).Elem())
		}
		r.Settings.Title = name // without one the corpus is still to be made
		data, err := json.Marshal(r.state())
		if err != nil {
			t.Fatal(err)
		}
		var told state
		if err := json.Unmarshal(data, &told); err != nil {
			t.Fatal(err)
		}
		worker := &Run{}
		if told.set(worker); !reflect.DeepEqual(worker, r) {
			t.Errorf("%s: a worker is told\n%+v\nof\n%+v", name, worker, r)
		}
	}
}

// fill sets every field of a value to something.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Bytes" { // of a text, which no recipe has
				fill(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("a")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.3)
	case reflect.Int, reflect.Int32:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	default:
		panic(v.Type())
	}
}

// empty makes every list of a value empty, which is not the same as none, and what is pointed
// to zero.
func empty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			empty(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	default:
		v.SetZero()
	}
}
