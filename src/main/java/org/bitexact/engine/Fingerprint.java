package org.bitexact.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@link Probe} has found out about an engine: answers to questions, in the order in which they are asked.
 *
 * @param answers by question
 * @since 0.1
 */
public record Fingerprint(Map<String, String> answers) {
    /** The answer where the formats' ranges leave a question open. */
    public static final String UNRESOLVED = "not resolved by the range of the formats";

    /** Copies the answers. */
    public Fingerprint {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
    }

    /**
     * {@return an answer}
     *
     * @param question the question
     * @throws IllegalArgumentException if it was not asked
     */
    public String answer(String question) {
        String answer = answers.get(question);
        if (answer == null) {
            throw new IllegalArgumentException(
                    "question must be one of " + String.join(", ", answers.keySet()) + ": '" + question + "'");
        }
        return answer;
    }

    /** {@return the questions and answers, one a line} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int width = answers.keySet().stream().mapToInt(String::length).max().orElse(0);
        answers.forEach((question, answer) -> text.append(question)
                .append(" ".repeat(width - question.length() + 2))
                .append(answer)
                .append('\n'));
        return text.toString();
    }
}
