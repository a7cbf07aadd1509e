"""The rulers: machines that count exactly what a program costs on them."""
