package int8

import (
	"math"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// forward is the forward pass with weights in int8, in Go.
type forward struct {
	config    config.GPT2
	embedding *vec.Matrix // [V,E]
	positions []float32   // [P,E]
	layers    []layer
	last      norm
	output    *vec.Matrix // [V,E]
	activate  func(x float32) float32
}

type layer struct {
	norm1, norm2               norm
	attention, mix, wide, back linear // c_attn and c_proj of attn, c_fc and c_proj of mlp
	scoreScale                 float32
}

// linear is a linear layer.
type linear struct {
	weight *vec.Matrix // [out,in]
	bias   []float32   // [out]
}

// norm is a layer normalisation.
type norm struct {
	weight, bias []float32 // [E]
	epsilon      float64
}

func newForward(w *Weights) *forward {
	f := &forward{
		config: w.Config, embedding: w.matrices[config.TokenEmbedding], positions: w.vectors[config.PositionEmbedding],
		output: w.matrices[config.OutputWeights], activate: activations[w.Config.ActivationFunction],
	}
	if w.Config.TieWordEmbeddings {
		f.output = f.embedding
	}
	for i := range w.Config.NLayer {
		block := config.BlockPrefix(i)
		f.layers = append(f.layers, layer{
			norm1: w.norm(block + "ln_1"), attention: w.linear(block + "attn.c_attn"), mix: w.linear(block + "attn.c_proj"),
			norm2: w.norm(block + "ln_2"), wide: w.linear(block + "mlp.c_fc"), back: w.linear(block + "mlp.c_proj"),
			scoreScale: float32(w.Config.ScoreScale(i)),
		})
	}
	f.last = w.norm(config.Prefix + "ln_f")
	return f
}

// norm returns the layer normalisation of that name.
func (w *Weights) norm(name string) norm {
	return norm{w.vectors[name+".weight"], w.vectors[name+".bias"], w.Config.LayerNormEpsilon}
}

// linear returns the linear layer of that name.
func (w *Weights) linear(name string) linear {
	return linear{w.matrices[name+".weight"], w.vectors[name+".bias"]}
}

// token is a token to read.
type token struct {
	id       int32
	position int
	// seen are the slots that it attends to, from the first token's of its text to its
	// own, where its keys and values go.
	seen []int32
}

// cache keeps each layer's keys and values in slots. Each row of a [Decoding] keeps the
// list of slots that it sees.
type cache struct {
	width        int         // E
	keys, values [][]float32 // [L][S·E]
}

func newCache(c config.GPT2) *cache {
	return &cache{c.NEmbd, make([][]float32, c.NLayer), make([][]float32, c.NLayer)}
}

// put writes a token's key and value into a slot.
func (c *cache) put(layer int, slot int32, key, value []float32) {
	at := int(slot) * c.width
	for _, part := range []*[]float32{&c.keys[layer], &c.values[layer]} {
		if missing := at + c.width - len(*part); missing > 0 {
			*part = append(*part, make([]float32, missing)...)
		}
	}
	copy(c.keys[layer][at:], key)
	copy(c.values[layer][at:], value)
}

// hidden returns the states of tokens after the last normalisation, [N,E], and puts
// their keys and values into the cache.
func (f *forward) hidden(tokens []token, cache *cache) []float32 {
	n, e := len(tokens), f.config.NEmbd
	x := make([]float32, n*e) // [N,E]
	for i, t := range tokens {
		f.embedding.Row(x[i*e:(i+1)*e], int(t.id))
		vec.AddScaled(x[i*e:(i+1)*e], 1, f.positions[t.position*e:(t.position+1)*e])
	}
	for layer, l := range f.layers {
		all := l.attention.apply(l.norm1.apply(x)) // [N,3E]
		for i, t := range tokens {
			key, value := all[(3*i+1)*e:(3*i+2)*e], all[(3*i+2)*e:(3*i+3)*e]
			cache.put(layer, t.seen[len(t.seen)-1], key, value)
		}
		mixed := f.attend(all, tokens, cache.keys[layer], cache.values[layer], l.scoreScale) // [N,E]
		vec.AddScaled(x, 1, l.mix.apply(mixed))
		inner := l.wide.apply(l.norm2.apply(x)) // [N,4E]
		vec.Parallel(len(inner), 1024, func(first, last int) {
			for i := first; i < last; i++ {
				inner[i] = f.activate(inner[i])
			}
		})
		vec.AddScaled(x, 1, l.back.apply(inner))
	}
	return f.last.apply(x)
}

// attend weighs, for each token and head, the values that the token sees by how well their
// keys match its query: all [N,3E], whose first third is the queries → [N,E].
func (f *forward) attend(all []float32, tokens []token, keys, values []float32, scale float32) []float32 {
	h, d, e := f.config.NHead, f.config.HeadWidth(), f.config.NEmbd
	mixed := make([]float32, len(tokens)*e)
	vec.Parallel(len(tokens)*h, 4, func(first, last int) {
		var weights []float32
		for i := first; i < last; i++ {
			t, head := tokens[i/h], i%h*d
			query, to := all[i/h*3*e+head:][:d], mixed[i/h*e+head:][:d]
			weights = weights[:0]
			highest := float32(math.Inf(-1))
			for _, slot := range t.seen {
				score := scale * vec.Dot(query, keys[int(slot)*e+head:][:d])
				weights, highest = append(weights, score), max(highest, score)
			}
			var sum float32
			for j, score := range weights {
				weights[j] = float32(math.Exp(float64(score - highest)))
				sum += weights[j]
			}
			for j, slot := range t.seen {
				vec.AddScaled(to, weights[j]/sum, values[int(slot)*e+head:][:d])
			}
		}
	})
	return mixed
}

// unembed scores every token: x [N,E] → [N,V].
func (f *forward) unembed(x []float32) []float32 {
	logits := make([]float32, len(x)/f.config.NEmbd*f.config.VocabSize)
	f.output.Mul(logits, x)
	return logits
}

// apply returns x [N,in] → [N,out].
func (l linear) apply(x []float32) []float32 {
	n, out := len(x)/l.weight.Cols, l.weight.Rows
	y := make([]float32, n*out)
	l.weight.Mul(y, x)
	for i := range n {
		vec.AddScaled(y[i*out:(i+1)*out], 1, l.bias)
	}
	return y
}

// apply normalises each row of x [N,E] and scales and shifts it.
func (l norm) apply(x []float32) []float32 {
	e := len(l.weight)
	y := make([]float32, len(x))
	vec.Parallel(len(x)/e, 4, func(first, last int) {
		for i := first; i < last; i++ {
			row := x[i*e : (i+1)*e]
			var mean, variance float64
			for _, v := range row {
				mean += float64(v)
			}
			mean /= float64(e)
			for _, v := range row {
				variance += (float64(v) - mean) * (float64(v) - mean)
			}
			deviation := math.Sqrt(variance/float64(e) + l.epsilon)
			for j, v := range row {
				y[i*e+j] = float32((float64(v)-mean)/deviation)*l.weight[j] + l.bias[j]
			}
		}
	})
	return y
}

// activations maps config.json's activation_function to its function.
var activations = map[string]func(x float32) float32{
	"gelu_new":          geluTanh,
	"gelu_pytorch_tanh": geluTanh,
	"gelu":              func(x float32) float32 { return x / 2 * float32(1+math.Erf(float64(x)/math.Sqrt2)) },
	"relu":              func(x float32) float32 { return max(x, 0) },
}

// geluTanh is GELU by its tanh approximation, which pkg/gpt2 has, by another formula for
// the same: ½(1 + tanh u) = 1/(1 + e⁻²ᵘ).
func geluTanh(x float32) float32 {
	v := float64(x)
	return float32(v / (1 + math.Exp(-2*math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v))))
}
