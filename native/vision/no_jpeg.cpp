// Stands in for jpeg.cpp where libjpeg-turbo is missing: no file is taken, and other decoders do the work.
#include "vision/jpeg.h"

namespace flint::vision {

bool jpeg_built_in() { return false; }

bool decode_jpeg(Bytes, const JpegHead&, const Part&, int64_t, JpegRows&) { return false; }

}  // namespace flint::vision
