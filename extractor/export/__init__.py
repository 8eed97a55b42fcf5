"""Exports: a run in the forms that other tools read.

jsonl    outcomes, one an article, as the library reads them back
csv      tables for spreadsheets, R and pandas
parquet  the same tables, typed
graphml  who met whom, for networkx, igraph and Gephi
gexf     the same for Gephi
plover   event rows for political scientists
ics      planned meetings for a calendar
"""

from extractor.export.formats import FORMATS, Exported, ExportFormat, export

__all__ = ["FORMATS", "ExportFormat", "Exported", "export"]
