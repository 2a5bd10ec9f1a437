"""What the assistant moves and the manager decides, and suspensions of the cooperation."""
