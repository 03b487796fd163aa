"""`make export`: a rendered set, a real one or both, as a trainer reads them."""

from alignment.command.enter import enter
from alignment.export.settings import ExportSettings
from alignment.export.walk import export

if __name__ == "__main__":
    enter("export", ExportSettings, export)
