#include <suitesparse/amd.h>
