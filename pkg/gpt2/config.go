package gpt2

import "github.com/hemiciclo/hemiciclo/pkg/gpt2/config"

// Config describes a GPT-2: see [config.GPT2]. Start from [DefaultConfig] and change
// fields: the zero Config is no model.
type Config = config.GPT2

// DropoutRates are those of a [Config]: see [config.DropoutRates].
type DropoutRates = config.DropoutRates

// NoToken given to [Decoding.Append] ends a row.
const NoToken = config.NoToken

// DefaultConfig is [config.Default].
func DefaultConfig() Config { return config.Default() }

// ParseConfig is [config.Parse].
func ParseConfig(data []byte) (Config, error) { return config.Parse(data) }

// TokenID is [config.TokenID].
func TokenID(id int32) *int32 { return config.TokenID(id) }
