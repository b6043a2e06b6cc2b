package compare

// Rounding says how int8 weights change a model's predictions, for every prefix of every
// text, read as a text that the model is to continue.
type Rounding struct {
	Texts  int `json:"texts"`
	Tokens int `json:"tokens"`
	// SameLikeliest is the share of places where both have the same likeliest token,
	// which is the one that is written without sampling.
	SameLikeliest float64 `json:"same_likeliest"`
	Float32       float64 `json:"bits_per_byte_float32"`
	Int8          float64 `json:"bits_per_byte_int8"`
}
