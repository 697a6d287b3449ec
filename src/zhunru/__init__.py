"""zhunru (准入): evidence to verdict for market access of intelligent connected vehicles."""

__version__ = "0.1.0"
