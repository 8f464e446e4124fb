"""The faces people and machines meet: commands, the processes behind them, and served pages."""
