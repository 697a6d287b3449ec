"""`python -m zhunru.cli`."""

from zhunru.cli import main

if __name__ == "__main__":
    main()
