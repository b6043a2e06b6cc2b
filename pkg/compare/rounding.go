package compare

// Rounding says what weights in int8 change of a model's predictions, after each beginning
// of each text, which the model reads as one that it is to write.
type Rounding struct {
	Texts  int `json:"texts"`
	Tokens int `json:"tokens"`
	// SameLikeliest is the share of places where both have the same likeliest token,
	// which is the one that is written without sampling.
	SameLikeliest float64 `json:"same_likeliest"`
	Float32       float64 `json:"bits_per_byte_float32"`
	Int8          float64 `json:"bits_per_byte_int8"`
}
