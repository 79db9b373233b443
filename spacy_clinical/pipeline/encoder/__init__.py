"""The component that runs the encoder."""
