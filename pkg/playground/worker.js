// What stands above is Go's own. The first message is the compiled program, which then
// takes the messages that follow itself.
onmessage = async (message) => {
  const go = new Go();
  go.run(await WebAssembly.instantiate(message.data, go.importObject));
};
