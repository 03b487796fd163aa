"""glTF as Khronos defines it: what a file says is shown, named or refused."""
