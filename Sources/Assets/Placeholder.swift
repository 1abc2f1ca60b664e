enum AssetsPlaceholder {}
