"use strict";
{
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const number = (value, decimals = 0) => value.toLocaleString("es-CL", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const percent = (share) => number(100 * share) + "\u00a0%";
  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // --- What the page carries --------------------------------------------------------

  // unpack returns the bytes of a block, which is base64 of gzip, and lets go of its text.
  async function unpack(id) {
    const text = $(id).textContent;
    $(id).remove();
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  // --- The models: each in a worker of its own --------------------------------------

  let program, tokenizer, workerURL;

  class Model {
    constructor(about) {
      Object.assign(this, about);
      this.waiting = new Map();
      this.last = 0;
    }

    // load makes the worker at the first call, and is done when the model can be asked.
    load() {
      this.loaded ??= this.start();
      return this.loaded;
    }

    async start() {
      const weights = await unpack("weights-" + this.name);
      const worker = new Worker(workerURL);
      this.worker = worker;
      await new Promise((ready, failed) => {
        worker.onerror = (event) => failed(new Error(event.message || "no se pudo iniciar"));
        worker.onmessage = ready;
        worker.postMessage(program);
      });
      worker.onmessage = ({ data: text }) => this.answered(JSON.parse(text));
      worker.onerror = (event) => this.fail(event.message || "se detuvo");
      const words = tokenizer.slice(0);
      await this.ask({ kind: "load", config: this.config, before: data.before }, null, { weights, tokenizer: words });
    }

    // ask sends a request; step gets what comes before the answer.
    ask(request, step, buffers = {}) {
      const id = ++this.last;
      return new Promise((resolve, reject) => {
        this.waiting.set(id, { step, resolve, reject });
        this.worker.postMessage({ request: JSON.stringify({ ...request, id }), ...buffers }, Object.values(buffers));
      });
    }

    answered(answer) {
      const asked = this.waiting.get(answer.id);
      if (!asked) return;
      if (!answer.done) return asked.step?.(answer.value);
      this.waiting.delete(answer.id);
      if (!answer.error) return asked.resolve(answer.value);
      asked.reject(Object.assign(new Error(answer.error), { why: answer.why }));
    }

    fail(message) {
      for (const asked of this.waiting.values()) asked.reject(new Error(message));
      this.waiting.clear();
    }

    stop() {
      this.worker?.postMessage({ request: JSON.stringify({ kind: "stop" }) });
    }
  }

  const models = data.models.map((about) => new Model(about));
  const right = models.find((m) => m.name === "derecha");
  const left = models.find((m) => m.name === "izquierda");
  const base = models.find((m) => m.name === "base");

  async function start() {
    const begun = performance.now();
    if (!globalThis.DecompressionStream || !globalThis.WebAssembly) {
      $("state").textContent = "Este navegador es demasiado antiguo: hace falta Chrome o Edge 111, Firefox 113, Safari 16.4, o uno más nuevo.";
      return;
    }
    const code = new TextDecoder().decode(await unpack("worker"));
    workerURL = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    [program, tokenizer] = await Promise.all([unpack("program").then((bytes) => WebAssembly.compile(bytes)), unpack("tokenizer")]);
    await Promise.all([right.load(), left.load()]);
    $("state").textContent = `Listos en ${number((performance.now() - begun) / 1000, 1)} s.`;
    busy(false);
  }

  // failed tells the reader what went wrong.
  function failed(error) {
    console.error(error);
    $("state").textContent = "Algo falló: " + error.message + ". Vuelva a cargar la página; si se repite, puede que falte memoria.";
    busy(false);
  }

  function busy(is) {
    for (const id of ["go", "again", "read-go"]) $(id).disabled = is;
    $("again").disabled ||= $("greedy").checked;
    $("stop").hidden = !is;
    for (const button of document.querySelectorAll(".read-this")) button.disabled = is || !button.closest("article").querySelector(".written").textContent;
  }

  // --- Writing ----------------------------------------------------------------------

  const fields = ["seed", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "no_repeat_ngram_size", "max_new_tokens"];
  for (const name of fields) $(name).value = data.settings[name];
  for (const prompt of data.prompts) {
    $("examples").append(element("button", {
      type: "button", className: "quiet", textContent: prompt,
      onclick: () => { $("beginning").value = prompt; $("beginning").focus(); },
    }));
  }

  function settings() {
    const chosen = { sample: !$("greedy").checked, min_new_tokens: data.settings.min_new_tokens };
    for (const name of fields) chosen[name] = Number($(name).value);
    return chosen;
  }

  // shown is what a model wrote after a beginning as a reader sees it.
  function shown(beginning, text) {
    if (!data.hide_names) return text;
    if (/@\w*$/.test(beginning)) text = text.replace(/^\w+/, "…");
    return text.replace(/@\w+/g, "@…");
  }

  // how says how a text was drawn, for its foot and for who copies it.
  const how = (s) => s.sample
    ? `sorteo con semilla ${s.seed}, temperatura ${s.temperature}, top-k ${s.top_k}, top-p ${s.top_p}`
    : "siempre el token más probable";

  // card is where one model's text appears.
  function card(model) {
    const given = element("span", { className: "given" }), written = element("span", { className: "written" });
    const foot = element("p", { className: "foot" });
    const copy = element("button", { type: "button", className: "quiet", textContent: "Copiar", disabled: true });
    const readThis = element("button", { type: "button", className: "quiet read-this", textContent: "Leer con los dos", disabled: true });
    const article = element("article", { className: "side " + model.name },
      element("h3", { textContent: model.title }), element("p", { className: "text", lang: data.language }, given, written),
      foot, element("div", { className: "row" }, copy, readThis));
    article.dataset.model = model.name;
    $("texts").append(article);
    const all = () => given.textContent + written.textContent;
    copy.onclick = async () => {
      const mark = `[Texto escrito por un programa, no por una persona: ${foot.textContent} ${data.citation}]`;
      try {
        await navigator.clipboard.writeText(all() + "\n" + mark);
        copy.textContent = "Copiado, con su aviso";
      } catch {
        getSelection().selectAllChildren(article);
        copy.textContent = "Seleccionado: cópielo";
      }
    };
    readThis.onclick = () => { $("text").value = all(); $("read").requestSubmit(); $("read-title").scrollIntoView({ behavior: "smooth" }); };
    return { article, given, written, foot, copy };
  }

  const cards = new Map([right, left].map((model) => [model, card(model)]));
  for (const c of cards.values()) c.foot.textContent = "Aquí escribirá un programa.";

  async function write() {
    busy(true);
    $("state").textContent = "Escribiendo…";
    const beginning = $("beginning").value.trimEnd(), chosen = settings();
    const writers = [right, left];
    if ($("with-base")?.checked) writers.push(base);
    if (base) cards.get(base)?.article.toggleAttribute("hidden", !writers.includes(base));
    try {
      await Promise.all(writers.map((model) => writeWith(model, beginning, chosen)));
      $("state").textContent = "Listo.";
    } catch (error) {
      failed(error);
    }
    busy(false);
  }

  async function writeWith(model, beginning, chosen) {
    if (!cards.has(model)) cards.set(model, card(model));
    const c = cards.get(model);
    c.given.textContent = beginning;
    c.written.textContent = "";
    c.copy.disabled = true;
    c.copy.textContent = "Copiar";
    c.article.classList.add("writing");
    c.article.setAttribute("aria-busy", "true");
    c.foot.textContent = "Un programa está escribiendo…";
    let latest = { text: "", tokens: 0 }, drawing = false;
    const show = (value) => {
      latest = value;
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => { drawing = false; c.written.textContent = shown(beginning, latest.text); });
    };
    let end = "";
    try {
      await model.load();
      const begun = performance.now();
      show(await model.ask({ kind: "continue", text: beginning, settings: chosen }, show));
      c.article.dataset.speed = latest.tokens / ((performance.now() - begun) / 1000);
      if (!latest.ended) end = ", cortado por el largo";
    } catch (error) {
      if (error.why === "long") end = ": el comienzo es demasiado largo, no queda lugar para seguir";
      else if (error.why === "stopped") end = ", detenido";
      else throw error;
    } finally {
      c.written.textContent = shown(beginning, latest.text);
      c.article.classList.remove("writing");
      c.article.removeAttribute("aria-busy");
      c.foot.textContent = `Escrito por un programa, el ${model.title[0].toLowerCase() + model.title.slice(1)}: ${how(chosen)}${end}.`;
      c.copy.disabled = false;
    }
  }

  // What is wrong with a setting is told at it, so it has to be seen.
  $("write").addEventListener("invalid", () => { $("settings").open = true; }, true);
  $("write").onsubmit = (event) => { event.preventDefault(); if (!$("go").disabled) write(); };
  $("again").onclick = () => { $("seed").value = Number($("seed").value) + 1; $("write").requestSubmit(); };
  $("stop").onclick = () => { for (const model of models) model.stop(); };
  $("greedy").onchange = () => { $("again").disabled = $("go").disabled || $("greedy").checked; };

  // --- Reading ----------------------------------------------------------------------

  const judged = data.judged;
  $("key-right").style.setProperty("--force", .6);
  $("key-left").style.setProperty("--force", .6);

  const quoted = (model) => `«${model.label}»`;
  const towards = (bits) => (bits > 0 ? right : left);
  const probability = (bits) => 1 / (1 + 2 ** -bits);
  const chance = (p) => p > .999 ? "más de 99,9\u00a0%" : p < .001 ? "menos de 0,1\u00a0%" : number(100 * p, 1) + "\u00a0%";
  const times = (bits) => { const n = 2 ** bits; return n < 10 ? number(n, 1) + " veces" : n < 1e6 ? number(n) + " veces" : "más de un millón de veces"; };

  async function read() {
    // As in the corpus, whose tweets were rid of these links.
    const text = $("text").value.replace(/https?:\/\/t\.co\/\w*/g, "").trim();
    if (!text) return;
    busy(true);
    $("state").textContent = "Leyendo…";
    try {
      const readers = [right, left, ...(base ? [base] : [])];
      await Promise.all(readers.map((model) => model.load()));
      const scores = await Promise.all(readers.map((model) => model.ask({ kind: "score", text })));
      if (scores[0].nll) {
        showReading(await right.ask({ kind: "words", text, nll: scores.map((s) => s.nll) }), scores);
        $("state").textContent = "Listo.";
      } else {
        $("state").textContent = "No hay palabras que leer.";
      }
    } catch (error) {
      failed(error);
    }
    busy(false);
  }

  function showReading(words, scores) {
    const nats = scores.map((s) => s.nll.reduce((sum, v) => sum + v, 0));
    const bits = (nats[1] - nats[0]) / Math.LN2;
    $("reading").hidden = false;
    const p = probability(judged.scale * bits);
    const bin = judged.bins.find((b) => p <= b.greatest) ?? judged.bins[judged.bins.length - 1];
    const side = towards(bits), other = side === right ? left : right;
    const of = (share) => side === right ? share : 1 - share;
    const [low, high] = [of(bin.low), of(bin.high)].sort((a, b) => a - b);
    const sure = low > .5;
    $("verdict").textContent = sure ? `Se parece más a lo que escribe ${quoted(side)}` : "No se puede decir a qué lado se parece";
    $("reasons").replaceChildren(...[
      `El modelo de ${quoted(side)} lo encuentra ${times(Math.abs(bits))} más probable que el de ${quoted(other)} (${number(Math.abs(bits), 1)} bits).`,
      `Calibrada con tweets que los modelos no leyeron, la probabilidad de que sea de ${quoted(side)}, y no de ${quoted(other)}, es ${chance(of(p))}, si los dos lados son igual de frecuentes.`,
      `En la prueba, de los ${number(bin.n)} tweets con una probabilidad parecida el ${percent(of(bin.share))} eran de ${quoted(side)} (intervalo de 95\u00a0%: de ${percent(low)} a ${percent(high)})${sure ? "" : ": no se puede decir de cuál es"}.`,
    ].map((textContent) => element("li", { textContent })));
    const doubts = [];
    const perByte = base ? nats[2] / Math.LN2 / scores[2].bytes : 0;
    if (perByte > judged.unlike) {
      $("verdict").textContent += (sure ? ", pero" : ":") + " no es un texto como los del corpus";
      doubts.push(`Al modelo base le cuesta ${number(perByte, 2)} bits por byte, y al 95\u00a0% de los tweets de prueba menos de ${number(judged.unlike, 2)}: es un texto poco parecido a los que leyó, y su inclinación dice poco.`);
    }
    if (words.length < judged.shortest) doubts.push(`Es más corto que los tweets del corpus, que tienen ${judged.shortest} palabras o más.`);
    $("doubts").textContent = doubts.join(" ");
    $("doubts").hidden = doubts.length === 0;

    $("words").replaceChildren();
    $("numbers").replaceChildren();
    $("pointed").textContent = "Toque una palabra para ver sus números.";
    for (const word of words) {
      const lean = word.bits[1] - word.bits[0], scaled = judged.scale * lean, size = number(Math.abs(scaled), 2);
      const to = size === number(0, 2) ? "ninguno" : quoted(towards(lean));
      const span = element("span", { className: "word " + towards(lean).name, textContent: word.text, title: `${size} bits hacia ${to}` });
      span.style.setProperty("--force", Math.min(1, Math.abs(scaled) / judged.strongest));
      span.dataset.bits = lean;
      span.onclick = () => { $("pointed").textContent = `«${word.text}»: ${size} bits hacia ${to}. ` + readersBits(word); };
      $("words").append(span, " ");
      $("numbers").append(element("tr", {}, element("td", { textContent: word.text }), element("td", { className: "number", textContent: size }), element("td", { textContent: to })));
    }
  }

  // readersBits says how much a word surprises each model.
  const readersBits = (word) => "Cuánto sorprende, sin calibrar: " + [right, left, base].filter(Boolean).map((model, i) => `${model.title}, ${number(word.bits[i], 1)} bits`).join("; ") + ".";

  $("read").onsubmit = (event) => { event.preventDefault(); if (!$("read-go").disabled) read(); };
  $("text").onkeydown = (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("read").requestSubmit(); };

  $("licences").ontoggle = async () => {
    if (!$("licence-data")) return;
    $("licence-texts").textContent = new TextDecoder().decode(await unpack("licence-data"));
  };

  start().catch(failed);
}
