"""Takes tweets through the study's steps on a Spark cluster, through Spark Connect.

Package spark starts it and knows both ends of the talk. In: the settings, one line of JSON on
standard input, which then stays open; its end is the wish to stop. Out: lines of JSON on
standard output, each an object with one key: "progress", "rows" (survivors, in order, some
at a time), and last "result" or "error".

Only Spark's own expressions run on the cluster: no Python is needed there. The rules are
those of pkg/tweets/load, whose package comment gives them; a test compares the two engines.
"""

import base64
import json
import os
import re
import signal
import sys
import threading

OLDEST_SPARK = 4  # the first with VARIANT
CONNECT_SECONDS = 20
FIELDS = ("id_str", "created_at", "screen_name", "text", "quoted_text", "retweeted_text", "hashtags", "mentions")
TEXTS = ("screen_name", "text", "quoted_text", "retweeted_text")
NAMES = "*.{" + ",".join(
    "".join(f"[{c}{c.upper()}]" for c in kind) + packed for kind in ("jsonl", "ndjson", "json") for packed in ("", ".[gG][zZ]")
) + "}"
OTHER_FORMATS = r"(?i)\.(csv|csv\.gz|zip|parquet)$"  # that the embedded engine reads and this one does not
MAX_LINE = 16 << 20  # bytes
MAX_MALFORMED = 100  # that are told of
MAX_EXAMPLES = 5  # of what is dropped for one reason
SHOWN_TEXT = 600  # characters of an example
EXCERPT = 160  # bytes of a malformed record
PARTITION, MOST_PARTITIONS = 32 << 20, 10_000  # bytes of input for each part of a shuffle
PIECE_ROWS, PIECE_CHARS = 500, 1 << 20
MAX_ID = "18446744073709551615"  # 64 bits
MAX_EXPONENT, MIN_ID_DIGITS = 40, 10  # of an id in scientific notation
FIRST_YEAR, LAST_YEAR = 2006, 2100
# What Go's strings.TrimSpace takes for white space.
SPACE = "\t\n\v\f\r \u0085\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
LINK = r"https?://t\.co/\w*"
WORD = r"\p{L}\p{Nd}\p{Mn}_"  # of a hashtag or a mention
# Half a surrogate pair, escaped, after no backslash or an even number of them.
HIGH_ALONE = r"((?<!\\)(?:\\\\)*)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
LOW_ALONE = r"((?<!\\)(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(?:\\\\)*)\\u[dD][c-fC-F][0-9a-fA-F]{2}"

# Reasons for which a step drops a record, in the order of the steps.
DROPS = ("copy", "retweet", "quote", "outside", "stranger", "blank", "short")
KEPT = "kept"


def say(kind, value):
    sys.stdout.write(json.dumps({kind: value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Unfit(Exception):
    """Something that the one who asked can mend."""


# --- Talking with the server ----------------------------------------------------------


def connect(remote):
    """Opens a session, or tells within a bounded time that there is no server."""
    import grpc
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client import DefaultChannelBuilder

    try:
        builder = DefaultChannelBuilder(remote)
    except Exception as error:
        raise Unfit(f"remote = {hide(remote)}: {error}") from None
    channel = builder.toChannel()
    try:
        # Spark's client itself would go on trying for ten minutes.
        grpc.channel_ready_future(channel).result(timeout=CONNECT_SECONDS)
    except grpc.FutureTimeoutError:
        raise Unfit(
            f"no Spark Connect server answers at {hide(remote)} within {CONNECT_SECONDS} s: "
            "check remote in study.toml and the network, or start one here with scripts/spark start"
        ) from None
    finally:
        channel.close()
    spark = SparkSession.builder.remote(remote).appName("hemiciclo").getOrCreate()
    version = spark.version
    if int(version.split(".")[0]) < OLDEST_SPARK:
        raise Unfit(f"the cluster runs Spark {version}; {OLDEST_SPARK}.0 or later is needed")
    for key, value in {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",  # what cannot be converted is null, and judged here
        "spark.sql.optimizer.enableJsonExpressionOptimization": "false",  # it would parse once for each field
        "spark.sql.variant.allowDuplicateKeys": "true",
    }.items():
        spark.conf.set(key, value)
    return spark


def hide(remote):
    """The address without what follows it: it may hold a token."""
    return remote.split(";")[0]


def watch_input(spark_of):
    """Ends the work when standard input ends: it was interrupted, or its parent is gone."""
    sys.stdin.read()
    spark = spark_of.get("session")
    if spark is not None:
        stopper = threading.Thread(target=spark.interruptAll, daemon=True)
        stopper.start()
        stopper.join(timeout=5)
    os._exit(130)


class Watch:
    """Tells how far the cluster is with the present stage of the work."""

    def __init__(self, bytes_total):
        self.stage, self.bytes_total, self.seen = "read", bytes_total, {}

    def __call__(self, stages, inflight_tasks, operation_id, done):
        for s in stages or ():
            self.seen[s.stage_id] = (s.num_completed_tasks, s.num_tasks, s.num_bytes_read)
        if not self.seen:
            return
        say("progress", {
            "stage": self.stage,
            "tasks_done": sum(s[0] for s in self.seen.values()),
            "tasks": sum(s[1] for s in self.seen.values()),
            "bytes": min(max(s[2] for s in self.seen.values()), self.bytes_total),
            "bytes_total": self.bytes_total,
        })

    def turn(self, stage):
        self.stage, self.seen = stage, {}


# --- From lines to records --------------------------------------------------------------


def lines_of(spark, path):
    """The lines, each with its place: (file, block, line) is in the order of pkg/tweets/load."""
    from pyspark.sql import functions as F

    file = F.col("_metadata.file_path")
    file = F.when(file.contains("%"), F.url_decode(F.replace(file, F.lit("+"), F.lit("%2B")))).otherwise(file)
    return (
        spark.read.option("lineSep", "\n").option("recursiveFileLookup", True).option("pathGlobFilter", NAMES).text(path)
        .select(
            "value",
            # Names are compared one by one: the separator comes before any character.
            F.translate(file, "/", "\x01").alias("file"),
            F.col("_metadata.file_block_start").alias("block"),
            F.monotonically_increasing_id().alias("line"),
        )
    )


def trim(column):
    from pyspark.sql import functions as F

    return F.btrim(column, F.lit(SPACE))


def parsed(lines, columns):
    """Adds each record's fields and, as bad, why it cannot be used: null where it can, "" for
    a blank line, else a code that pkg/spark puts into words, told more of by about."""
    from pyspark.sql import functions as F

    value = F.col("value")
    value = F.when((F.col("block") == 0) & value.startswith("\ufeff"), F.substr(value, F.lit(2))).otherwise(value)
    value = trim(value)
    whole = F.when(
        value.contains("\\uD") | value.contains("\\ud"),
        F.regexp_replace(F.regexp_replace(value, HIGH_ALONE, r"$1\\ufffd"), LOW_ALONE, r"$1\\ufffd"),
    ).otherwise(value)
    usable = (F.octet_length("value") <= MAX_LINE) & F.is_valid_utf8("value")
    # As an array of one, so that what stands after the object is seen too.
    types = {name: "string" if name in ("id_str", "created_at") else "variant" for name in FIELDS}
    schema = "array<struct<" + ", ".join(
        f"`{name}`: {kind}" for name, kind in {columns[ours]: types[ours] for ours in FIELDS}.items()
    ) + ">>"
    records = F.from_json(
        F.when(usable, F.concat(F.lit("["), whole, F.lit("]"))), schema,
        {"allowSingleQuotes": "false", "allowNonNumericNumbers": "false"},
    )
    df = lines.withColumns({"blank": value == "", "usable": usable, "records": records})
    record = F.when(F.size("records") == 1, F.element_at("records", 1))
    df = df.withColumn("record", record)
    field = {ours: F.col("record").getField(columns[ours]) for ours in FIELDS}
    is_null = {name: field[name].isNull() | F.coalesce(F.is_variant_null(field[name]), F.lit(False)) for name in TEXTS}
    text = {name: F.when(~is_null[name], F.try_variant_get(field[name], "$", "string")) for name in TEXTS}
    bad = F.when(F.octet_length("value") > MAX_LINE, "long").when(~F.col("usable"), "utf8")
    bad = bad.when(F.col("blank"), "").when(F.col("record").isNull(), "json")
    for name in TEXTS:
        bad = bad.when(~is_null[name] & (F.schema_of_variant(field[name]) != "STRING"), "type:" + name)
    for name, given in (("id_str", field["id_str"]), ("created_at", field["created_at"]), ("screen_name", text["screen_name"])):
        bad = bad.when(F.coalesce(given, F.lit("")) == "", "missing:" + name)
    bad = bad.when(text["text"].isNull(), "missing:text").when(F.col("lost"), "rounded").when(F.col("id").isNull(), "id").when(F.col("time").isNull(), "date")
    number, rounded, lost = whole_number(field["id_str"])
    df = df.withColumns({"id": number, "rounded": rounded, "lost": lost, "time": milliseconds(field["created_at"])})
    df = df.withColumn("bad", bad)
    fine = F.col("bad").isNull()
    return df.select(
        "file", "block", "line", "bad",
        F.when(F.col("bad").isin("id", "rounded"), field["id_str"]).when(F.col("bad") == "date", field["created_at"]).alias("about"),
        F.when(~fine, F.substring(F.col("value").cast("binary"), 1, EXCERPT)).alias("excerpt"),
        F.when(fine, F.col("id")).alias("id"),
        (F.col("rounded") & (fine | (F.col("bad") == "date"))).alias("rounded"),
        F.when(fine, F.col("time")).alias("time"),
        F.when(fine, text["screen_name"]).alias("written_name"),
        F.when(fine, text["text"]).alias("text"),
        F.when(F.coalesce(text["retweeted_text"], F.lit("")) != "", "retweet")
        .when(F.coalesce(text["quoted_text"], F.lit("")) != "", "quote").alias("kind"),
        F.when(fine, names(field["hashtags"], "#", text["text"])).alias("hashtags"),
        F.when(fine, names(field["mentions"], "@", text["text"])).alias("mentions"),
    )


def whole_number(written):
    """The digits of an id, written plainly, with rtweet's x before it, or as 9.23e+17; whether
    its last digits were lost; and whether so many that it is none."""
    from pyspark.sql import functions as F

    shape = r"^x?([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$"
    part = [F.regexp_extract(written, shape, i) for i in (1, 2, 3)]
    digits = F.ltrim(F.concat(part[0], part[1]), F.lit("0"))
    exponent = F.when(part[2] == "", 0).otherwise(part[2].try_cast("int"))
    shift = exponent - F.length(part[1])
    split = F.length(digits) + shift
    spelt = written.rlike(shape) & (F.concat(part[0], part[1]) != "") & exponent.between(-MAX_EXPONENT, MAX_EXPONENT)
    number = (
        F.when(digits == "", "0")
        .when(shift >= 0, F.concat(digits, F.repeat(F.lit("0"), shift)))
        .when((split > 0) & (F.ltrim(F.substr(digits, split + 1), F.lit("0")) == ""), F.left(digits, split))
    )
    fits = (F.length(number) < len(MAX_ID)) | (F.length(number) == len(MAX_ID)) & (number <= MAX_ID)
    rounded = spelt & (digits != "") & (shift > 0)
    lost = rounded & (F.length(digits) < MIN_ID_DIGITS)
    plain = written.rlike("^(0|[1-9][0-9]{0,18})$")
    return F.when(plain, written).when(spelt & ~lost & fits, number), ~plain & rounded, ~plain & lost


def milliseconds(written):
    """The time of a date in one of the spellings of pkg/tweets/load; those without zone are UTC."""
    from pyspark.sql import functions as F

    clock = r"([0-9]{1,2}:[0-9]{2}:[0-9]{2})(?:[.,]([0-9]+))?"
    weekday, months = "(?i:mon|tue|wed|thu|fri|sat|sun)", "jan feb mar apr may jun jul aug sep oct nov dec".split()
    month = "((?i:" + "|".join(months) + "))"
    study = r"^([0-9]{4})/([0-9]{2})/([0-9]{2}) " + clock + "$"
    iso = r"^([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]" + clock + r"(Z|| ?([+-][0-9]{2})(?::?([0-9]{2}))?)$"
    not_iso = r"T.* | .*:[0-9.,]+[+-][0-9]{4}$| .* .*:[0-9]{2}$"  # zones that do not go with the T or the space
    twitter = f"^{weekday} {month} ([0-9]{{2}}) {clock} ([+-][0-9]{{2}})([0-9]{{2}}) ([0-9]{{4}})$"
    mail = f"^{weekday}, ([0-9]{{2}}) {month} ([0-9]{{4}}) {clock} ([+-][0-9]{{2}})([0-9]{{2}})$"
    date = trim(written)
    date = F.regexp_replace(date, " UTC$", "+00:00")

    def spelt(shape, year, month, day, time, zone):
        def part(i):
            return F.regexp_extract(date, shape, i)

        number = part(month)
        if shape in (twitter, mail):
            number = F.lpad(F.array_position(F.array(*map(F.lit, months)), F.lower(number)).cast("string"), 2, "0")
        fraction = F.when(part(time + 1) == "", "").otherwise(F.concat(F.lit("."), F.left(part(time + 1), F.lit(6))))
        offset = F.lit("Z")
        if zone:
            minutes = F.when(part(zone + 1) == "", "00").otherwise(part(zone + 1))
            offset = F.when(part(zone) == "", "Z").otherwise(F.concat(part(zone), F.lit(":"), minutes))
        dash = F.lit("-")
        return F.concat(part(year), dash, number, dash, part(day), F.lit("T"), part(time), fraction, offset)

    time = (
        F.when(date.rlike(study), spelt(study, 1, 2, 3, 4, 0))
        .when(date.rlike(iso) & ~date.rlike(not_iso), spelt(iso, 1, 2, 3, 4, 7))
        .when(date.rlike(twitter), spelt(twitter, 7, 1, 2, 3, 5))
        .when(date.rlike(mail), spelt(mail, 3, 2, 1, 4, 6))
        .try_cast("timestamp")
    )
    unix = F.when(date.rlike("^[0-9]{10}$"), date.cast("bigint") * 1000).when(date.rlike("^[0-9]{13}$"), date.cast("bigint"))
    time = F.coalesce(F.unix_millis(time), unix)
    return F.when(F.year(F.timestamp_millis(time)).between(FIRST_YEAR, LAST_YEAR), time)


def names(listed, sign, text):
    """The names that a record lists: strings, or objects that hold one as Twitter's do; where
    it has no list, those in the text."""
    from pyspark.sql import functions as F

    shape = F.schema_of_variant(listed)
    strings = F.transform(F.try_variant_get(listed, "$", "array<string>"), lambda s: F.coalesce(s, F.lit("")))
    held = F.transform(
        F.try_variant_get(listed, "$", "array<struct<text: string, screen_name: string>>"),
        lambda o: F.concat(F.coalesce(o["text"], F.lit("")), F.coalesce(o["screen_name"], F.lit(""))),
    )
    none = F.array().cast("array<string>")
    in_list = (
        F.when(shape.startswith("ARRAY<STRING"), strings).when(shape == "ARRAY<VOID>", strings)
        .when(shape.startswith("ARRAY<OBJECT"), F.filter(held, lambda s: s != ""))
    )
    in_list = F.transform(F.coalesce(in_list, none), lambda s: F.ltrim(s, F.lit("#@")))
    in_text = F.array_distinct(F.regexp_extract_all(text, F.lit(f"(?<![{WORD}]){sign}([{WORD}]+)"), 1))
    return F.when(listed.isNull(), in_text).otherwise(in_list)


# --- The steps ---------------------------------------------------------------------------


def placed(records):
    """Numbers the records of one id: 1 is the one that is kept. This is the rule, all of it."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    alone = F.when(F.col("bad").isNotNull(), F.col("line"))  # what is no record is no copy of another
    return records.withColumn(
        "copy", F.row_number().over(Window.partitionBy("id", alone).orderBy("file", "block", "line"))
    )


def joined(records, accounts):
    """Adds the number of the account that wrote each; null where it is none of them."""
    from pyspark.sql import functions as F

    key = F.lower(F.regexp_replace(trim(F.col("written_name")), "^@", ""))
    return records.withColumn("key", key).join(F.broadcast(accounts), "key", "left").drop("key")


def fates(records, outside, min_tokens):
    """Adds text_clean, tokens and why a step drops the record, or KEPT."""
    from pyspark.sql import functions as F

    df = records.withColumn("text_clean", trim(F.regexp_replace("text", LINK, "")))
    df = df.withColumn("tokens", F.size(F.split("text_clean", r"\s")))  # as in Spark's Tokenizer
    return df.withColumn(
        "fate",
        F.when(F.col("copy") > 1, "copy")
        .when(F.col("kind").isNotNull(), F.col("kind"))
        .when(outside, "outside")
        .when(F.col("account").isNull(), "stranger")
        .when(F.col("text_clean") == "", "blank")
        .when(F.col("tokens") <= min_tokens, "short")
        .otherwise(KEPT),
    )


def malformed(spark, records):
    """The first records that cannot be read, with the numbers of their lines."""
    from pyspark.sql import functions as F

    first = records.filter("bad <> ''").orderBy("file", "block", "line").limit(MAX_MALFORMED)
    found = first.select("file", "block", "line", "bad", "about", "excerpt").collect()
    places = spark.createDataFrame(
        [(r["file"], r["block"], r["line"], i) for i, r in enumerate(found)],
        "in_file string, in_block bigint, in_line bigint, number int",
    )
    not_after = (F.col("block") < F.col("in_block")) | (F.col("block") == F.col("in_block")) & (F.col("line") <= F.col("in_line"))
    counted = records.join(F.broadcast(places), (F.col("file") == F.col("in_file")) & not_after).groupBy("number").count()
    numbers = {r["number"]: r["count"] for r in counted.collect()}
    return [
        {
            "file": re.sub("^file:/+", "/", r["file"].replace("\x01", "/")),
            "line": numbers[i],
            "code": r["bad"],
            "about": (r["about"] or "")[:60],
            "excerpt": base64.b64encode(r["excerpt"]).decode(),
        }
        for i, r in enumerate(found)
    ]


def examples(records):
    """A few of those dropped for each reason, as good as drawn at random."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    drawn = F.row_number().over(Window.partitionBy("fate").orderBy(F.xxhash64("id"), "file", "block", "line"))
    found = (
        records.filter(F.col("fate") != KEPT).withColumn("drawn", drawn).filter(F.col("drawn") <= MAX_EXAMPLES)
        .select("fate", "id", "time", "written_name", "account", F.left("text", F.lit(SHOWN_TEXT)).alias("text"))
        .orderBy("time", F.length("id"), "id")
    )
    kinds = {why: [] for why in DROPS}
    for r in found.collect():
        kinds[r["fate"]].append([r["id"], r["time"], r["written_name"], r["account"], r["text"]])
    return kinds


def send(kept):
    """Sends the survivors home, a piece at a time: only one piece is held here."""
    from pyspark.sql import functions as F

    ordered = kept.orderBy("time", F.length("id"), "id").select(
        "id", "time", "account", "text", "text_clean", "tokens", "hashtags", "mentions"
    )
    piece, size = [], 0
    for row in ordered.toLocalIterator():
        piece.append(list(row))
        size += len(row["text"])
        if len(piece) >= PIECE_ROWS or size >= PIECE_CHARS:
            say("rows", piece)
            piece, size = [], 0
    if piece:
        say("rows", piece)


def files_of(spark, path):
    """The number of tweet files and their bytes; an error where there are none that can be read."""
    from pyspark.sql import functions as F

    listing = spark.read.format("binaryFile").option("recursiveFileLookup", True)
    others = listing.load(path).filter(F.col("path").rlike(OTHER_FORMATS)).select("path").limit(1).collect()
    if others:
        raise Unfit(f"{others[0][0]}: the Spark engine reads JSON lines only (.jsonl, .ndjson, .json, each also with .gz): "
                    "convert the file, take it out of the folder, or set engine = \"embedded\" in study.toml")
    files, size = listing.option("pathGlobFilter", NAMES).load(path).agg(F.count("*"), F.sum("length")).first()
    if not files:
        raise Unfit(f"{path}: the cluster sees no tweet files in it or below: looked for .jsonl, .ndjson and .json, each also with .gz")
    return files, size


def load(spark, settings):
    from pyspark import StorageLevel
    from pyspark.sql import functions as F

    path = settings["tweets"]
    files, size = files_of(spark, path)
    spark.conf.set("spark.sql.shuffle.partitions", str(min(MOST_PARTITIONS, 2 + size // PARTITION)))
    watch = Watch(size)
    spark.registerProgressHandler(watch)
    accounts = spark.createDataFrame([(key, i) for i, key in enumerate(settings["accounts"])], "key string, account int")
    records = joined(placed(parsed(lines_of(spark, path), settings["columns"])), accounts)
    # The lines are read once: what comes after goes through what is kept of them.
    records = records.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        own = F.col("bad").isNull() & (F.col("copy") == 1) & F.col("kind").isNull()
        read, bad, rounded, newest = records.agg(
            F.count_if(F.col("bad").isNull()), F.count_if(F.col("bad") != ""), F.count_if("rounded"), F.max(F.when(own, F.col("time")))
        ).first()
        result = {"files": files, "read": read, "malformed_count": bad, "rounded_ids": rounded, "newest": newest}
        if bad:
            result["malformed"] = malformed(spark, records)
        if bad > settings["max_malformed"] * (read + bad):
            return result
        watch.turn("write")
        outside = F.lit(False)
        if settings["days"] and newest is not None:
            outside = F.col("time") <= newest - settings["days"] * 86_400_000
        if settings["from"] is not None:
            outside = outside | (F.col("time") < settings["from"])
        if settings["to"] is not None:
            outside = outside | (F.col("time") >= settings["to"])
        judged = fates(records.filter(F.col("bad").isNull()), outside, settings["min_tokens"])
        rows = {r["fate"]: r["count"] for r in judged.groupBy("fate").count().collect()}
        result["drops"] = {why: rows.get(why, 0) for why in DROPS}
        result["examples"] = examples(judged)
        result["kept"] = rows.get(KEPT, 0)
        send(judged.filter(F.col("fate") == KEPT))
        return result
    finally:
        records.unpersist()


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of standard input says it
    settings = json.loads(sys.stdin.readline())
    session = {}
    threading.Thread(target=watch_input, args=(session,), daemon=True).start()
    try:
        from pyspark.errors import PySparkException
    except ImportError as error:
        say("error", {"kind": "setup", "message": str(error)})
        return 1
    try:
        spark = session["session"] = connect(settings["remote"])
        say("result", load(spark, settings))
    except Unfit as error:
        say("error", {"kind": "unfit", "message": str(error)})
        return 1
    except PySparkException as error:
        say("error", {"kind": "server", "message": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the thread that reads standard input does not end by itself
