// Hemiciclo's chart runtime: the only JavaScript that ever reads chart data.
// It runs in the browser and, when the static picture is drawn, in goja.
// An option is plain JSON; a function is asked for by name ("fn:…") under one of the
// keys in FUNCTION_KEYS and is always one of FUNCTIONS, never text that came with data.
(function () {
  "use strict";

  function escapeHTML(value) {
    return String(value)
      .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;").replace(/'/g, "&#39;");
  }

  // 1234.5 → 1.234,5; at most ten significant digits, as axis ticks need.
  function number(value) {
    var n = Number(value);
    if (!isFinite(n)) return "";
    if (n !== 0 && (Math.abs(n) < 1e-4 || Math.abs(n) >= 1e15)) {
      return n.toExponential().replace(".", ",").replace("-", "\u2212").replace("e+", "e");
    }
    var parts = String(Number(Math.abs(n).toPrecision(10))).split(".");
    var whole = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ".");
    return (n < 0 ? "\u2212" : "") + whole + (parts[1] ? "," + parts[1] : "");
  }

  function lines(list, color) {
    var dot = color ? '<span style="display:inline-block;width:10px;height:10px;border-radius:5px;' +
      'margin-right:6px;background:' + escapeHTML(color) + '"></span>' : "";
    return list.map(function (line, i) {
      return i === 0 ? dot + "<b>" + escapeHTML(line) + "</b>" : escapeHTML(line);
    }).join("<br>");
  }

  // Examples of a word in context, under a heading for each group:
  // [{head, lines: [[before, word, after, by], …]}, …].
  function quotes(groups) {
    return (groups || []).map(function (group) {
      return '<div style="margin-top:6px;color:#595959">' + escapeHTML(group.head) + "</div>" +
        group.lines.map(function (line) {
          return '<div style="margin-top:2px">' + escapeHTML(line[0]) + " <b>" + escapeHTML(line[1]) + "</b> " +
            escapeHTML(line[2]) + ' <span style="color:#595959">' + escapeHTML(line[3]) + "</span></div>";
        }).join("");
    }).join("");
  }

  var FUNCTIONS = {
    // Axis tick.
    number: number,
    // Tick of an axis on which asinh(v) stands for v.
    sinh: function (value) {
      var e = Math.exp(Number(value));
      return number(Number(((e - 1 / e) / 2).toPrecision(3)));
    },
    // Tick of an axis of milliseconds, and the pointer's label beside it: the day in UTC.
    day: function (value) {
      var date = new Date(Number(value && value.value !== undefined ? value.value : value));
      return isNaN(date) ? "" : date.toISOString().slice(0, 10);
    },
    // The text that Go put beside the value.
    text: function (p) { return p.data && p.data.text !== undefined ? String(p.data.text) : ""; },
    // One item: the lines that Go put beside the value.
    tip: function (p) {
      var color = typeof p.color === "string" ? p.color : "";
      return lines((p.data && p.data.tip) || [p.name], color) + quotes(p.data && p.data.quotes);
    },
    // All series at one x.
    axisTip: function (list) {
      list = Array.isArray(list) ? list : [list];
      if (!list.length) return "";
      var head = list[0].data && list[0].data.head;
      var seen = {};
      var rows = list.filter(function (p) {
        // The mark of a line's best point is a series of the same name.
        var known = seen["s" + p.seriesName];
        seen["s" + p.seriesName] = true;
        return !known;
      }).map(function (p) {
        return lines([p.seriesName], typeof p.color === "string" ? p.color : "") + "&nbsp; " +
          escapeHTML(p.data && p.data.text !== undefined ? p.data.text : "");
      });
      return (head ? escapeHTML(head) + "<br>" : "") + rows.join("<br>");
    },
    // The pointer's label beside an axis.
    pointer: function (p) { return number(p.value); }
  };
  var FUNCTION_KEYS = { formatter: true };

  // Replaces the names of functions by the functions, in place.
  function resolve(node) {
    if (Array.isArray(node)) { node.forEach(resolve); return node; }
    if (node && typeof node === "object") {
      Object.keys(node).forEach(function (key) {
        var value = node[key];
        if (FUNCTION_KEYS[key] === true) {
          var name = typeof value === "string" && value.slice(0, 3) === "fn:" ? value.slice(3) : "";
          if (Object.prototype.hasOwnProperty.call(FUNCTIONS, name)) node[key] = FUNCTIONS[name];
          else delete node[key];
        } else {
          resolve(value);
        }
      });
    }
    return node;
  }

  // ECharts as the page has it, else from the Jupyter server's static files; nothing is
  // ever fetched from elsewhere. It resolves to null where there is none.
  function library() {
    if (window.echarts && window.echarts.init) return Promise.resolve(window.echarts);
    if (window.hemicicloECharts) return window.hemicicloECharts;
    var config = document.getElementById("jupyter-config-data");
    if (!config || !window.fetch) return Promise.resolve(null);
    var base = "/";
    try { base = JSON.parse(config.textContent).baseUrl || "/"; } catch (e) { /* keep "/" */ }
    window.hemicicloECharts = fetch(base + "static/hemiciclo/echarts.min.js")
      .then(function (r) { return r.ok ? r.text() : null; })
      .then(function (source) {
        if (!source) return null;
        // As a CommonJS module: no global, and no clash with a page's require.js.
        var module = { exports: {} };
        new Function("exports", "module", source)(module.exports, module);
        return module.exports;
      })
      .catch(function () { return null; });
    return window.hemicicloECharts;
  }

  // Puts the live chart in the place of the static picture of every box with this id.
  function boot(id, option, height) {
    library().then(function (echarts) {
      if (!echarts) return;
      document.querySelectorAll('[data-hemiciclo-chart="' + id + '"]').forEach(function (box) {
        if (box.getAttribute("data-live")) return;
        box.setAttribute("data-live", "1");
        var picture = box.querySelector("img");
        var start = function () {
          if (!box.clientWidth) return false;
          var host = document.createElement("div");
          host.style.height = height + "px";
          host.style.display = "none";
          box.appendChild(host);
          try {
            host.style.display = "block";
            var chart = echarts.init(host, null, { renderer: "svg" });
            chart.setOption(resolve(JSON.parse(JSON.stringify(option))));
            if (picture) picture.style.display = "none";
            if (window.ResizeObserver) {
              new ResizeObserver(function () {
                if (host.clientWidth) chart.resize();
              }).observe(box);
            }
          } catch (error) {
            box.removeChild(host);
            if (picture) picture.style.display = "";
          }
          return true;
        };
        if (!start() && window.ResizeObserver) {
          // Not laid out yet: an output that JupyterLab has not scrolled to.
          var wait = new ResizeObserver(function () { if (start()) wait.disconnect(); });
          wait.observe(box);
        }
      });
    });
  }

  return { resolve: resolve, boot: boot, functions: FUNCTIONS };
})()
