"""Fills databases with tables."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa

TYPES = {
    pa.string(): sa.Text, pa.int64(): sa.BigInteger, pa.bool_(): sa.Boolean,
    pa.date32(): sa.Date, pa.timestamp("us"): sa.DateTime,
}  # fmt: skip


def fill(address, tables):
    """Make tables, by name, with the rows of Arrow tables."""
    url = sa.make_url(address)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for name, table in tables.items():
            columns = [sa.Column(field.name, TYPES[field.type]) for field in table.schema]
            made = sa.Table(name, sa.MetaData(), *columns)
            made.create(connection)
            if engine.dialect.name == "postgresql":
                copy(connection, made, table)
            else:
                rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
                marks = ", ".join("?" * table.num_columns)
                connection.connection.cursor().executemany(
                    f'INSERT INTO "{name}" VALUES ({marks})', rows
                )


def copy(connection, made, table):
    """Send an Arrow table to PostgreSQL."""
    quoted = connection.dialect.identifier_preparer.format_table(made)
    with connection.connection.cursor().copy(f"COPY {quoted} FROM STDIN WITH (FORMAT csv)") as into:
        for batch in table.to_batches(max_chunksize=50_000):
            text = io.BytesIO()
            plain = pyarrow.csv.WriteOptions(include_header=False)
            pyarrow.csv.write_csv(batch, text, plain)
            into.write(text.getvalue())
