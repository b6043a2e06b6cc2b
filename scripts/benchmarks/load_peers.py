"""The study's load by one of our peers, each in its own idiom: used by load.py.

usage: load_peers.py pandas|polars|duckdb|spark CORPUS PARQUET

Writes the same columns as we do, in the same order of rows, and prints the rows left
after each step as JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

DAYS = 500
MIN_TOKENS = 5
LINK = r"https?://t\.co/[A-Za-z0-9_]*"
TREE = "tweets/*/*/*/*/*.jsonl"
WANTED = ["created_at", "id_str", "screen_name", "text", "quoted_text", "retweeted_text", "hashtags", "mentions"]
ACCOUNT = ["screen_name", "Nombre", "Cargo", "Partido", "Coalicion"]
WRITTEN = ["id_str", *ACCOUNT, "text", "text_clean", "dt", "tokens", "hashtags", "mentions"]
STEPS = ["read", "distinct", "original", "window", "joined", "not_blank", "min_tokens"]


def with_pandas(corpus: Path, parquet: Path) -> dict:
    import pandas as pd

    accounts = pd.read_csv(corpus / "accounts.csv", sep=";", dtype=str)[ACCOUNT]
    rows = []
    for file in sorted(corpus.glob(TREE)):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                tweet = json.loads(line)
                rows.append([tweet[name] for name in WANTED])
    counts = {"read": len(rows)}
    frame = pd.DataFrame(rows, columns=WANTED)
    del rows
    frame = frame.drop_duplicates("id_str")
    counts["distinct"] = len(frame)
    frame = frame[(frame.quoted_text == "") & (frame.retweeted_text == "")]
    counts["original"] = len(frame)
    frame = frame.assign(dt=pd.to_datetime(frame.created_at, format="%Y/%m/%d %H:%M:%S", utc=True))
    frame = frame[frame.dt > frame.dt.max() - pd.Timedelta(days=DAYS)]
    counts["window"] = len(frame)
    frame = frame.merge(accounts, on="screen_name")
    counts["joined"] = len(frame)
    frame["text_clean"] = frame.text.str.replace(LINK, "", regex=True).str.strip()
    frame = frame[frame.text_clean != ""]
    counts["not_blank"] = len(frame)
    frame = frame.assign(tokens=frame.text_clean.str.count(r"[ \t-\r]") + 1)
    frame = frame[frame.tokens > MIN_TOKENS]
    counts["min_tokens"] = len(frame)
    frame.sort_values(["dt", "id_str"])[WRITTEN].to_parquet(parquet, index=False)
    return counts


def with_polars(corpus: Path, parquet: Path) -> dict:
    import polars as pl

    accounts = pl.read_csv(corpus / "accounts.csv", separator=";", infer_schema=False).select(ACCOUNT)
    text, names = pl.String, pl.List(pl.String)
    schema = {name: names if name in ("hashtags", "mentions") else text for name in WANTED}
    # The window needs the newest original first, so the originals are read once and held.
    tweets = pl.scan_ndjson(sorted(corpus.glob(TREE)), schema=schema)
    read = tweets.select(WANTED).with_columns(
        (pl.col("quoted_text").eq("") & pl.col("retweeted_text").eq("")).alias("original")
    ).with_columns(
        # What is dropped by the next step but one needs no text on the way.
        *(pl.when("original").then(pl.col(name)).alias(name) for name in ("text", "hashtags", "mentions")),
    ).drop("quoted_text", "retweeted_text").collect(engine="streaming")
    counts = {"read": read.height}
    frame = read.unique("id_str", keep="any")
    del read
    counts["distinct"] = frame.height
    frame = frame.filter("original")
    counts["original"] = frame.height
    frame = frame.with_columns(dt=pl.col("created_at").str.to_datetime("%Y/%m/%d %H:%M:%S", time_unit="ms", time_zone="UTC"))
    frame = frame.filter(pl.col("dt") > pl.col("dt").max() - pl.duration(days=DAYS))
    counts["window"] = frame.height
    frame = frame.join(accounts, on="screen_name")
    counts["joined"] = frame.height
    frame = frame.with_columns(text_clean=pl.col("text").str.replace_all(LINK, "").str.strip_chars())
    frame = frame.filter(pl.col("text_clean") != "")
    counts["not_blank"] = frame.height
    frame = frame.with_columns(tokens=pl.col("text_clean").str.count_matches(r"[ \t-\r]") + 1)
    frame = frame.filter(pl.col("tokens") > MIN_TOKENS)
    counts["min_tokens"] = frame.height
    frame.sort("dt", "id_str").select(WRITTEN).write_parquet(parquet, compression="snappy")
    return counts


def with_duckdb(corpus: Path, parquet: Path) -> dict:
    import duckdb

    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = false")
    columns = ", ".join(f"'{name}': '{'VARCHAR[]' if name in ('hashtags', 'mentions') else 'VARCHAR'}'" for name in WANTED)
    db.execute(f"""
        CREATE TABLE tweets AS
        WITH read AS (
            SELECT *, quoted_text = '' AND retweeted_text = '' AS original
            FROM read_json('{corpus}/{TREE}', format = 'newline_delimited', columns = {{{columns}}})
        ), distinct_ids AS (
            SELECT id_str, any_value(original) AS original, count(*) AS copies,
                any_value(CASE WHEN original THEN {{'created_at': created_at, 'screen_name': screen_name, 'text': text,
                                                    'hashtags': hashtags, 'mentions': mentions}} END) AS tweet
            FROM read GROUP BY id_str
        )
        SELECT * FROM distinct_ids""")
    read, distinct, original = db.execute("SELECT sum(copies)::BIGINT, count(*), count(*) FILTER (original) FROM tweets").fetchone()
    db.execute(f"""
        CREATE TABLE windowed AS
        SELECT * FROM (SELECT id_str, tweet.*, strptime(tweet.created_at, '%Y/%m/%d %H:%M:%S') AS dt FROM tweets WHERE original)
        WHERE dt > (SELECT max(strptime(tweet.created_at, '%Y/%m/%d %H:%M:%S')) FROM tweets WHERE original) - INTERVAL {DAYS} DAY;
        CREATE TABLE joined AS
        SELECT w.*, Nombre, Cargo, Partido, Coalicion, regexp_replace(regexp_replace(text, '{LINK}', '', 'g'), '^\\s+|\\s+$', '', 'g') AS text_clean
        FROM windowed w JOIN read_csv('{corpus}/accounts.csv', delim = ';', all_varchar = true) USING (screen_name);
        CREATE TABLE counted AS
        SELECT *, len(regexp_extract_all(text_clean, '\\s')) + 1 AS tokens FROM joined WHERE text_clean <> '';
        COPY (SELECT {', '.join(WRITTEN)} FROM counted WHERE tokens > {MIN_TOKENS} ORDER BY dt, id_str)
        TO '{parquet}' (FORMAT parquet, COMPRESSION snappy)""")
    counts = [read, distinct, original]
    for query in ("FROM windowed", "FROM joined", "FROM counted", f"FROM counted WHERE tokens > {MIN_TOKENS}"):
        counts.append(db.execute(f"SELECT count(*) {query}").fetchone()[0])
    return dict(zip(STEPS, counts))


def with_spark(corpus: Path, parquet: Path) -> dict:
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F

    spark = (
        SparkSession.builder.master("local[2]").appName("hemiciclo-bench")
        .config("spark.ui.enabled", "false").config("spark.driver.memory", "2g").config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "8").config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    schema = ", ".join(f"{name} {'array<string>' if name in ('hashtags', 'mentions') else 'string'}" for name in WANTED)
    read = spark.read.schema(schema).json(str(corpus / "tweets"), recursiveFileLookup=True)
    accounts = spark.read.csv(str(corpus / "accounts.csv"), sep=";", header=True).select(ACCOUNT)
    counts = {"read": read.select("id_str").count()}
    distinct = read.dropDuplicates(["id_str"]).select(
        "*", ((F.col("quoted_text") == "") & (F.col("retweeted_text") == "")).alias("original")).cache()
    counts["distinct"] = distinct.count()
    original = distinct.filter("original").withColumn("dt", F.to_timestamp("created_at", "yyyy/MM/dd HH:mm:ss"))
    number, newest = original.agg(F.count("*"), F.max("dt")).first()
    counts["original"] = number
    window = original.filter(F.col("dt") > F.lit(newest) - F.expr(f"INTERVAL {DAYS} DAYS"))
    counts["window"] = window.count()
    joined = window.join(F.broadcast(accounts), "screen_name")
    counts["joined"] = joined.count()
    cleaned = joined.withColumn("text_clean", F.regexp_replace(F.regexp_replace("text", LINK, ""), r"^\s+|\s+$", ""))
    cleaned = cleaned.filter("text_clean <> ''")
    counts["not_blank"] = cleaned.count()
    kept = cleaned.withColumn("tokens", F.size(F.split("text_clean", r"\s"))).filter(f"tokens > {MIN_TOKENS}")
    counts["min_tokens"] = kept.count()
    kept.select(WRITTEN).orderBy("dt", "id_str").write.mode("overwrite").parquet(str(parquet))
    spark.stop()
    return counts


def main() -> None:
    name, corpus, parquet = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if parquet.is_dir():
        shutil.rmtree(parquet)  # Spark writes a folder
    counts = {"pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb, "spark": with_spark}[name](corpus, parquet)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
