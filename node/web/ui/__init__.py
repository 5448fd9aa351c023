"""What all pages share: frames, components, styles, language and safe headers."""
