enum SparseAlgebraPlaceholder {}
