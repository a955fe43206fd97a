package org.bitexact.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;

/**
 * The tensors of a file.
 *
 * @param tensors by name, in the order of the file; that of an {@code .npy} file is called like the file
 * @param metadata strings that a safetensors file has
 */
record TensorInput(Map<String, Tensor> tensors, Map<String, String> metadata) {
    static final String NPY = ".npy";
    static final String SAFETENSORS = ".safetensors";

    /** Opens a file of the kind that its name tells. */
    static TensorInput open(String file) throws IOException {
        Path path = Io.path(file);
        if (hasExtension(file, NPY)) {
            return new TensorInput(Map.of(stem(path), NpyFile.open(path)), Map.of());
        }
        if (!hasExtension(file, SAFETENSORS)) {
            throw new UsageException("a tensor file must end in .npy or .safetensors: " + Io.quoted(file));
        }
        SafetensorsFile contents = SafetensorsFile.open(path);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : contents.names()) {
            tensors.put(name, contents.tensor(name));
        }
        return new TensorInput(tensors, contents.metadata());
    }

    static boolean hasExtension(String file, String extension) {
        return file.toLowerCase(Locale.ROOT).endsWith(extension);
    }

    /** {@return the name of an {@code .npy} file up to the first dot: what follows tells its type} */
    static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.indexOf('.', 1);
        return name.substring(0, dot < 0 ? name.length() : dot);
    }

    /** {@return whether the name of a tensor matches one of several patterns, or there are none} */
    static boolean matches(TensorInfo info, List<String> globs) {
        for (String glob : globs) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            // dots, not slashes, divide the names of tensors
            if (matcher.matches(Path.of(info.name().replace('/', '.')))) {
                return true;
            }
        }
        return globs.isEmpty();
    }

    /** {@return the complaint that no tensor matches} */
    static String nothing(String file, List<String> globs) {
        return file + " has no tensor of floats"
                + (globs.isEmpty() ? "" : " whose name matches " + String.join(" or ", globs));
    }
}
