"""The engines, one module each, loaded only when used."""
