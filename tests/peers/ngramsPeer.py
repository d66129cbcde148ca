"""NLTK's interpolated n-gram models: {ids, vocabSize, order, models: [{smoothing, discount}], guesses: [{context, next}]}.

The answer has a list of probabilities for each model. NLTK ends at how often single tokens come; ours go one step
further, to one equal share for every token, and so do these.
"""
import json
import sys

from nltk.lm import KneserNeyInterpolated, WittenBellInterpolated
from nltk.util import everygrams

question = json.load(sys.stdin)
words = [str(id) for id in question["ids"]]
order, V = question["order"], question["vocabSize"]


def to_uniform(model, rule):
    kinds = len(set(words))
    unigram = model.estimator.unigram_score

    def witten_bell(word):
        return (unigram(word) * len(words) + kinds / V) / (len(words) + kinds)

    def kneser_ney(word):
        count, total = model.estimator._continuation_counts(word)
        d = rule["discount"]
        return (max(count - d, 0) + d * kinds / V) / total

    model.estimator.unigram_score = witten_bell if rule["smoothing"] == "wittenBell" else kneser_ney
    return model


def answer(rule):
    if rule["smoothing"] == "wittenBell":
        model = WittenBellInterpolated(order)
    else:
        model = KneserNeyInterpolated(order, discount=rule["discount"])
    model.fit([list(everygrams(words, max_len=order))], vocabulary_text=words)
    to_uniform(model, rule)
    return [
        model.unmasked_score(str(guess["next"]), tuple(str(id) for id in guess["context"]))
        for guess in question["guesses"]
    ]


print(json.dumps([answer(rule) for rule in question["models"]]))
