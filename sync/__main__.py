"""`python -m sync` is `pairsync`."""

from sync.cli import main

if __name__ == "__main__":
    main()
