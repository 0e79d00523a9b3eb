"""Default figures and fictional example networks; where each figure comes from is told in this folder's README."""
