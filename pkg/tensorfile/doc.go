// Package tensorfile reads and writes files of tensors, whatever model they belong to.
//
// In: a folder with a model's weights ([Open]), or one safetensors file
// ([ReadSafetensors]); tensors to be written ([WriteSafetensors]). Out: the name, type
// and shape of each [Tensor], its values as float32 or int8 when they are asked for;
// safetensors files.
//
// It reads Hugging Face's safetensors, whole or in shards with an index
// (https://github.com/huggingface/safetensors), and what PyTorch's torch.save writes of
// a dictionary of tensors: since version 1.6 a zip archive, before that a row of pickles
// (torch/serialization.py in PyTorch, Lib/pickletools.py in Python). It writes safetensors
// alone.
//
// Files may come from anybody. All that they say of names, types, shapes and places is
// bounded, and checked against their length, before a value is read; nothing in them is
// ever executed: a pickle that names anything but tensors is refused. Values are read and
// written in small pieces, so that memory holds little beside the caller's slices.
package tensorfile
