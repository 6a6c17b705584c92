"""config.ini as one typed, frozen value: `load` gives `Settings` or says all that is wrong, at once."""

from sync.config.loading import load
from sync.config.settings import Folder, General, Link, Route, Settings

__all__ = ["Folder", "General", "Link", "Route", "Settings", "load"]
