"""What people write in TOML, checked whole and told with lines: the centre's file and its IVR trees.

toml_source, toml_check, toml_lines   any TOML against any record: every problem at once, with its line
centre_file                           the shape of a centre's file
centre_checks                         what is wrong although every key for itself is right
centre_toml                           a file becomes the setup that is journalled, and people
"""
