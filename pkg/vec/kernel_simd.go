//go:build amd64 && goexperiment.simd

package vec

import (
	"math"
	"simd/archsimd"
	"unsafe"
)

var (
	avx512 = kernel{dot512, addScaled512, max512, sumExp512, fourRows512, twoRows512}
	avx2   = kernel{dot256, addScaled256, max256, sumExp256, fourRows256, twoRows256}
)

func init() {
	switch {
	case archsimd.X86.AVX512():
		kernels = avx512
	case archsimd.X86.AVX2() && archsimd.X86.FMA():
		kernels = avx2
	}
}

func dot512(x, y []float32) float32 {
	var s archsimd.Float32x16
	for len(x) >= 16 && len(y) >= 16 {
		s = archsimd.LoadFloat32x16Slice(x).MulAdd(archsimd.LoadFloat32x16Slice(y), s)
		x, y = x[16:], y[16:]
	}
	sum := total(fold(s))
	archsimd.ClearAVXUpperBits()
	return sum + dot(x, y)
}

func addScaled512(y []float32, a float32, x []float32) {
	factor := archsimd.BroadcastFloat32x16(a)
	for len(x) >= 16 && len(y) >= 16 {
		archsimd.LoadFloat32x16Slice(x).MulAdd(factor, archsimd.LoadFloat32x16Slice(y)).StoreSlice(y)
		x, y = x[16:], y[16:]
	}
	archsimd.ClearAVXUpperBits()
	addScaled(y, a, x)
}

func max512(x []float32) float32 {
	most := archsimd.BroadcastFloat32x16(float32(math.Inf(-1)))
	var invalid archsimd.Mask32x16
	rest := x
	for len(rest) >= 16 {
		v := archsimd.LoadFloat32x16Slice(rest)
		most, invalid = most.Max(v), invalid.Or(v.IsNaN())
		rest = rest[16:]
	}
	var lanes [16]float32
	var wrong [16]int32
	most.Store(&lanes)
	invalid.ToInt32x16().Store(&wrong)
	archsimd.ClearAVXUpperBits()
	if wrong != [16]int32{} {
		return float32(math.NaN())
	}
	return highest([]float32{highest(lanes[:]), highest(rest)})
}

// Constants of exp(x) = 2ⁿ·exp(r), where x = n·ln 2 + r and |r| ≤ ½·ln 2. The first part of
// ln 2 has few enough digits for its product with n to be exact.
const (
	log2e   = math.Log2E
	ln2High = 0.693359375
	ln2Low  = math.Ln2 - ln2High
	// lowestExp is where exp ends as a normal number of float32; what is below adds nothing.
	lowestExp = -87
	// sumExpBlock is how many values are added up in float32.
	sumExpBlock = 256
)

// taylor are the coefficients of exp(r), from that of r⁷ down.
var taylor = [...]float32{1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1}

func sumExp512(x []float32, most float32) float64 {
	highest, lowest := archsimd.BroadcastFloat32x16(most), archsimd.BroadcastFloat32x16(lowestExp)
	scale, half := archsimd.BroadcastFloat32x16(log2e), archsimd.BroadcastFloat32x16(0.5)
	high, low := archsimd.BroadcastFloat32x16(ln2High), archsimd.BroadcastFloat32x16(ln2Low)
	bias := archsimd.BroadcastInt32x16(127)
	var factors [len(taylor)]archsimd.Float32x16
	for i, c := range taylor {
		factors[i] = archsimd.BroadcastFloat32x16(c)
	}
	sum := 0.0
	for len(x) >= sumExpBlock {
		var s archsimd.Float32x16
		for i := 0; i < sumExpBlock; i += 16 {
			v := archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x[i]))).Sub(highest).Max(lowest)
			n := v.Mul(scale).Sub(half).ConvertToInt32() // Towards 0, and v is not above it.
			whole := n.ConvertToFloat32()
			r := v.Sub(whole.Mul(high)).Sub(whole.Mul(low))
			e := factors[0]
			for _, f := range factors[1:] {
				e = e.MulAdd(r, f)
			}
			s = s.Add(e.Mul(n.Add(bias).ShiftAllLeft(23).AsFloat32x16()))
		}
		sum += float64(total(fold(s)))
		x = x[sumExpBlock:]
	}
	archsimd.ClearAVXUpperBits()
	return sum + sumExp(x, most)
}

// widen512 converts 16 values of a row.
func widen512(row *[16]int8) archsimd.Float32x16 {
	return archsimd.LoadInt8x16(row).ExtendToInt32().ConvertToFloat32()
}

func fourRows512(a, b, c, d []int8, x []float32) (sums [4]float32) {
	n := len(a)
	b, c, d, x = b[:n], c[:n], d[:n], x[:n]
	var a0, b0, c0, d0, a1, b1, c1, d1 archsimd.Float32x16 // Two sums each, so that none waits for the one before.
	whole := n / 32 * 32
	for i := 0; i < whole; i += 32 {
		v := archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x[i])))
		a0 = widen512((*[16]int8)(unsafe.Pointer(&a[i]))).MulAdd(v, a0)
		b0 = widen512((*[16]int8)(unsafe.Pointer(&b[i]))).MulAdd(v, b0)
		c0 = widen512((*[16]int8)(unsafe.Pointer(&c[i]))).MulAdd(v, c0)
		d0 = widen512((*[16]int8)(unsafe.Pointer(&d[i]))).MulAdd(v, d0)
		v = archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x[i+16])))
		a1 = widen512((*[16]int8)(unsafe.Pointer(&a[i+16]))).MulAdd(v, a1)
		b1 = widen512((*[16]int8)(unsafe.Pointer(&b[i+16]))).MulAdd(v, b1)
		c1 = widen512((*[16]int8)(unsafe.Pointer(&c[i+16]))).MulAdd(v, c1)
		d1 = widen512((*[16]int8)(unsafe.Pointer(&d[i+16]))).MulAdd(v, d1)
	}
	total4(fold(a0.Add(a1)), fold(b0.Add(b1)), fold(c0.Add(c1)), fold(d0.Add(d1))).Store(&sums)
	archsimd.ClearAVXUpperBits()
	for i, rest := range fourRows(a[whole:], b[whole:], c[whole:], d[whole:], x[whole:]) {
		sums[i] += rest
	}
	return sums
}

func twoRows512(a, b []int8, x []float32) (sums [8]float32) {
	n := len(a)
	b, x = b[:n], x[:4*n]
	x0, x1, x2, x3 := x[:n], x[n:2*n], x[2*n:3*n], x[3*n:]
	var a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x16
	whole := n / 16 * 16
	for i := 0; i < whole; i += 16 {
		wa, wb := widen512((*[16]int8)(unsafe.Pointer(&a[i]))), widen512((*[16]int8)(unsafe.Pointer(&b[i])))
		v := archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x0[i])))
		a0, b0 = v.MulAdd(wa, a0), v.MulAdd(wb, b0)
		v = archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x1[i])))
		a1, b1 = v.MulAdd(wa, a1), v.MulAdd(wb, b1)
		v = archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x2[i])))
		a2, b2 = v.MulAdd(wa, a2), v.MulAdd(wb, b2)
		v = archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&x3[i])))
		a3, b3 = v.MulAdd(wa, a3), v.MulAdd(wb, b3)
	}
	total4(fold(a0), fold(a1), fold(a2), fold(a3)).StoreSlice(sums[:])
	total4(fold(b0), fold(b1), fold(b2), fold(b3)).StoreSlice(sums[4:])
	archsimd.ClearAVXUpperBits()
	addRest(&sums, a, b, x, whole)
	return sums
}

func dot256(x, y []float32) float32 {
	var s archsimd.Float32x8
	for len(x) >= 8 && len(y) >= 8 {
		s = archsimd.LoadFloat32x8Slice(x).MulAdd(archsimd.LoadFloat32x8Slice(y), s)
		x, y = x[8:], y[8:]
	}
	sum := total(s)
	archsimd.ClearAVXUpperBits()
	return sum + dot(x, y)
}

func addScaled256(y []float32, a float32, x []float32) {
	factor := archsimd.BroadcastFloat32x8(a)
	for len(x) >= 8 && len(y) >= 8 {
		archsimd.LoadFloat32x8Slice(x).MulAdd(factor, archsimd.LoadFloat32x8Slice(y)).StoreSlice(y)
		x, y = x[8:], y[8:]
	}
	archsimd.ClearAVXUpperBits()
	addScaled(y, a, x)
}

func max256(x []float32) float32 {
	most := archsimd.BroadcastFloat32x8(float32(math.Inf(-1)))
	var invalid archsimd.Mask32x8
	rest := x
	for len(rest) >= 8 {
		v := archsimd.LoadFloat32x8Slice(rest)
		most, invalid = most.Max(v), invalid.Or(v.IsNaN())
		rest = rest[8:]
	}
	var lanes [8]float32
	var wrong [8]int32
	most.Store(&lanes)
	invalid.ToInt32x8().Store(&wrong)
	archsimd.ClearAVXUpperBits()
	if wrong != [8]int32{} {
		return float32(math.NaN())
	}
	return highest([]float32{highest(lanes[:]), highest(rest)})
}

func sumExp256(x []float32, most float32) float64 {
	highest, lowest := archsimd.BroadcastFloat32x8(most), archsimd.BroadcastFloat32x8(lowestExp)
	scale, half := archsimd.BroadcastFloat32x8(log2e), archsimd.BroadcastFloat32x8(0.5)
	high, low := archsimd.BroadcastFloat32x8(ln2High), archsimd.BroadcastFloat32x8(ln2Low)
	bias := archsimd.BroadcastInt32x8(127)
	var factors [len(taylor)]archsimd.Float32x8
	for i, c := range taylor {
		factors[i] = archsimd.BroadcastFloat32x8(c)
	}
	sum := 0.0
	for len(x) >= sumExpBlock {
		var s archsimd.Float32x8
		for i := 0; i < sumExpBlock; i += 8 {
			v := archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x[i]))).Sub(highest).Max(lowest)
			n := v.Mul(scale).Sub(half).ConvertToInt32()
			whole := n.ConvertToFloat32()
			r := v.Sub(whole.Mul(high)).Sub(whole.Mul(low))
			e := factors[0]
			for _, f := range factors[1:] {
				e = e.MulAdd(r, f)
			}
			s = s.Add(e.Mul(n.Add(bias).ShiftAllLeft(23).AsFloat32x8()))
		}
		sum += float64(total(s))
		x = x[sumExpBlock:]
	}
	archsimd.ClearAVXUpperBits()
	return sum + sumExp(x, most)
}

// widen256 converts 8 values of a row.
func widen256(row *[8]int8) archsimd.Float32x8 {
	var lanes archsimd.Int64x2
	eight := lanes.SetElem(0, *(*int64)(unsafe.Pointer(row)))
	return eight.AsInt8x16().ExtendLo8ToInt32().ConvertToFloat32()
}

func fourRows256(a, b, c, d []int8, x []float32) (sums [4]float32) {
	n := len(a)
	b, c, d, x = b[:n], c[:n], d[:n], x[:n]
	var a0, b0, c0, d0, a1, b1, c1, d1 archsimd.Float32x8
	whole := n / 16 * 16
	for i := 0; i < whole; i += 16 {
		v := archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x[i])))
		a0 = widen256((*[8]int8)(unsafe.Pointer(&a[i]))).MulAdd(v, a0)
		b0 = widen256((*[8]int8)(unsafe.Pointer(&b[i]))).MulAdd(v, b0)
		c0 = widen256((*[8]int8)(unsafe.Pointer(&c[i]))).MulAdd(v, c0)
		d0 = widen256((*[8]int8)(unsafe.Pointer(&d[i]))).MulAdd(v, d0)
		v = archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x[i+8])))
		a1 = widen256((*[8]int8)(unsafe.Pointer(&a[i+8]))).MulAdd(v, a1)
		b1 = widen256((*[8]int8)(unsafe.Pointer(&b[i+8]))).MulAdd(v, b1)
		c1 = widen256((*[8]int8)(unsafe.Pointer(&c[i+8]))).MulAdd(v, c1)
		d1 = widen256((*[8]int8)(unsafe.Pointer(&d[i+8]))).MulAdd(v, d1)
	}
	total4(a0.Add(a1), b0.Add(b1), c0.Add(c1), d0.Add(d1)).Store(&sums)
	archsimd.ClearAVXUpperBits()
	for i, rest := range fourRows(a[whole:], b[whole:], c[whole:], d[whole:], x[whole:]) {
		sums[i] += rest
	}
	return sums
}

func twoRows256(a, b []int8, x []float32) (sums [8]float32) {
	n := len(a)
	b, x = b[:n], x[:4*n]
	x0, x1, x2, x3 := x[:n], x[n:2*n], x[2*n:3*n], x[3*n:]
	var a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x8
	whole := n / 8 * 8
	for i := 0; i < whole; i += 8 {
		wa, wb := widen256((*[8]int8)(unsafe.Pointer(&a[i]))), widen256((*[8]int8)(unsafe.Pointer(&b[i])))
		v := archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x0[i])))
		a0, b0 = v.MulAdd(wa, a0), v.MulAdd(wb, b0)
		v = archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x1[i])))
		a1, b1 = v.MulAdd(wa, a1), v.MulAdd(wb, b1)
		v = archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x2[i])))
		a2, b2 = v.MulAdd(wa, a2), v.MulAdd(wb, b2)
		v = archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(&x3[i])))
		a3, b3 = v.MulAdd(wa, a3), v.MulAdd(wb, b3)
	}
	total4(a0, a1, a2, a3).StoreSlice(sums[:])
	total4(b0, b1, b2, b3).StoreSlice(sums[4:])
	archsimd.ClearAVXUpperBits()
	addRest(&sums, a, b, x, whole)
	return sums
}

// addRest adds to products what values from a place on make.
func addRest(sums *[8]float32, a, b []int8, x []float32, from int) {
	for k := range 4 {
		rest := x[k*len(a)+from : (k+1)*len(a)]
		sums[k] += product(a[from:], rest)
		sums[4+k] += product(b[from:], rest)
	}
}

// fold adds the halves of a vector.
func fold(x archsimd.Float32x16) archsimd.Float32x8 { return x.GetLo().Add(x.GetHi()) }

// total returns the sum of a vector.
func total(x archsimd.Float32x8) float32 {
	half := x.GetLo().Add(x.GetHi())
	half = half.AddPairs(half)
	return half.AddPairs(half).GetElem(0)
}

// total4 returns the sums of four vectors.
func total4(a, b, c, d archsimd.Float32x8) archsimd.Float32x4 {
	halves := a.AddPairsGrouped(b).AddPairsGrouped(c.AddPairsGrouped(d))
	return halves.GetLo().Add(halves.GetHi())
}
