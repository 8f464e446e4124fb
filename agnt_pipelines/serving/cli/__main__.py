"""`python -m agnt_pipelines.serving.cli`: what the launcher calls."""

from agnt_pipelines.serving.cli import main

if __name__ == "__main__":
    main()
